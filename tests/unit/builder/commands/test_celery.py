"""`pyrt celery`: the app, and options for Celery."""

from pyrt_build.cli import main


def test_what_follows_two_dashes_is_for_celery(monkeypatch, tmp_path):
    calls = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pyrt.server.serve.run_celery_worker", lambda *given: calls.append(given))
    assert main(["celery", "app.py", "--", "--concurrency", "4", "-n", "one"]) == 0
    assert calls == [(tmp_path / "app.py", ("--concurrency", "4", "-n", "one"))]
