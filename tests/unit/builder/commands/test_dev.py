"""`pyrt dev`: its options."""

import pytest

from pyrt_build.cli import main
from pyrt_build.dev.develop import Options


@pytest.fixture
def calls(monkeypatch):
    made = []
    monkeypatch.setattr("pyrt_build.dev.develop.develop", lambda *given: made.append(given))
    return made


def test_without_options_it_serves_the_app_of_the_folder_to_this_machine(calls):
    assert main(["dev"]) == 0
    ((config, options),) = calls
    assert options == Options("127.0.0.1", 8050, opens=False, named=[])
    assert config.target == ""


def test_options_are_passed_on(calls):
    flags = ["--port", "0", "--host", "0.0.0.0", "--open", "--env", "A=1"]
    assert main(["dev", "web/app.py", *flags]) == 0
    ((config, options),) = calls
    assert options == Options("0.0.0.0", 0, opens=True, named=["web/app.py"])
    assert (config.target, config.env) == ("web/app.py", ("A=1",))


def test_a_module_is_named_for_the_bridge_as_for_the_build(calls):
    assert main(["dev", "-m", "pack.app"]) == 0
    ((config, options),) = calls
    assert (config.module, options.named) == ("pack.app", ["-m", "pack.app"])


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_is_a_number_that_a_port_can_have(port, calls):
    assert main(["dev", "--port", port]) == 2
    assert calls == []
