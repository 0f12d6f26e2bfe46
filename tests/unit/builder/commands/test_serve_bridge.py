"""`pyrt serve-bridge`: what its options mean for the server."""

import pytest

from pyrt_build.cli import main


@pytest.fixture
def served(monkeypatch, tmp_path):
    """The arguments of servers that were to be started, in a folder with an app."""
    calls = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pyrt.server.serve.serve", lambda *arguments: calls.append(arguments))
    monkeypatch.setenv("PYRT_BRIDGE_SECRET", "of the environment")
    (tmp_path / "app.py").write_text("import dash\nserver = dash.Dash().server\n")
    return calls


def test_without_options(served, tmp_path):
    assert main(["serve-bridge"]) == 0
    settings, host, port, workers, _ = served[0]
    assert (settings.app, host, port, workers) == (tmp_path / "app.py", "127.0.0.1", 8060, 1)
    assert (settings.secret, settings.debug) == ("of the environment", False)


def test_each_option_has_an_effect(served):
    options = ["--origin", "https://a.example.org/", "--origin", "*", "--max-body", "2K"]
    options += ["--secret", "own", "--workers", "3", "--debug", "--metrics", "--at-once", "0"]
    options += ["--allowed-host", "calc.example.org", "--client-header", "X-Real-IP"]
    options += ["--rate", "9/second"]
    assert main(["serve-bridge", "app.py", *options]) == 0
    settings, _, _, workers, _ = served[0]
    assert list(settings.origins) == ["https://a.example.org", "*"]
    assert (settings.max_body, settings.secret, settings.debug, workers) == (2048, "own", True, 3)
    assert list(settings.hosts) == ["calc.example.org"]
    assert (settings.client_header, settings.rate) == ("X-Real-IP", "9/second")
    assert (settings.at_once, settings.has_metrics) == (0, True)


def test_settings_of_the_app_count(served, tmp_path, monkeypatch):
    table = '[tool.pyrt]\nserver = ["app:total"]\nmax-result = 2\n'
    (tmp_path / "pyproject.toml").write_text(table)
    assert main(["serve-bridge"]) == 0
    assert list(served[0][0].named) == ["app:total"]
    assert served[0][0].max_result == 2_000_000
    monkeypatch.setenv("PYRT_BRIDGE_MAX_RESULT", "300")
    assert main(["serve-bridge"]) == 0
    assert served[1][0].max_result == 300


def test_the_forms_of_an_app_are_those_of_build(served, tmp_path):
    assert main(["serve-bridge", "app:server"]) == 0
    settings = served[0][0]
    assert settings.app == tmp_path / "app.py"
    assert (settings.launch.module, settings.launch.attribute) == ("app", "server")
    assert main(["serve-bridge", "nope:server"]) == 1
    assert main(["serve-bridge", "-m", "app", "app.py"]) == 2


def test_a_server_has_at_least_one_process(served):
    assert main(["serve-bridge", "--workers", "0"]) == 2
    assert served == []


def test_what_the_server_says_once_it_answers(served, capsys):
    main(["serve-bridge", "--port", "9"])
    served[0][-1]()
    assert capsys.readouterr().out == "Answering for app.py on http://127.0.0.1:9\n"
