"""`pyrt serve`: its options."""

from pathlib import Path

import pytest

from pyrt_build.cli import main


def test_serving_a_folder_without_a_site_ends_with_1(tmp_path, capsys):
    assert main(["serve", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"pyrt: There is no site in {tmp_path}")


def test_folder_host_and_port_are_passed_on(monkeypatch):
    calls = []
    monkeypatch.setattr("pyrt_build.serve.serve", lambda *arguments: calls.append(arguments))
    assert main(["serve"]) == 0
    assert main(["serve", "site", "--host", "0.0.0.0", "--port", "0"]) == 0
    assert calls == [(Path("dist"), "127.0.0.1", 8050), (Path("site"), "0.0.0.0", 0)]


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_is_a_number_that_a_port_can_have(port):
    assert main(["serve", "--port", port]) == 2
