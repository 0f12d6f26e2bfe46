"""What a bug report and the lines of --verbose do not contain."""

from pathlib import Path

import pytest

from pyrt_build.console.redaction import without_secrets


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://me:word@host/simple", "https://***@host/simple"),
        ("https://token@host:8080/simple", "https://***@host:8080/simple"),
        ("git+https://x:y@host/a.git", "git+https://***@host/a.git"),
        ("two https://a:b@h/1 and http://c:d@h/2", "two https://***@h/1 and http://***@h/2"),
        ("https://host/simple?key=abc", "https://host/simple?***"),
        ("https://host/s3cr3tT0ken4bcdefghijk/simple", "https://host/***/simple"),
        ("https://host/a-long-name-of-words/simple", "https://host/a-long-name-of-words/simple"),
        ("numpy==2.4 at 10:30", "numpy==2.4 at 10:30"),
    ],
)
def test_credentials_are_taken_out_of_addresses(text, clean):
    assert without_secrets(text) == clean


def test_the_home_folder_does_not_tell_the_user(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada"))
    assert without_secrets("/home/ada/.cache/pyrt") == "~/.cache/pyrt"
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    assert without_secrets("/usr/bin/node") == "/usr/bin/node"
