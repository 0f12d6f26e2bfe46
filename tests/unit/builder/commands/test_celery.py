"""`pyrt celery`: the app, and options for Celery."""

from pyrt_build.cli import main


def test_what_follows_two_dashes_is_for_celery(monkeypatch, tmp_path):
    calls = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pyrt.server.serve.run_celery_worker", lambda *given: calls.append(given))
    (tmp_path / "app.py").write_text("import dash\n")
    assert main(["celery", "app.py", "--", "--concurrency", "4", "-n", "one"]) == 0
    ((file, options, launch, limit),) = calls
    assert (file, options) == (tmp_path / "app.py", ("--concurrency", "4", "-n", "one"))
    assert list(launch.path) == [str(tmp_path)]
    assert limit is None


def test_the_largest_result_is_that_of_the_project(monkeypatch, tmp_path):
    calls = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pyrt.server.serve.run_celery_worker", lambda *given: calls.append(given))
    (tmp_path / "app.py").write_text("import dash\n")
    (tmp_path / "pyproject.toml").write_text("[tool.pyrt]\nmax-result = 1.5\n")
    assert main(["celery", "app.py"]) == 0
    assert calls[0][-1] == 1_500_000
