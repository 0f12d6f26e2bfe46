"""Text in the encodings that editors and shells write."""

import pytest

from pyrt_build.app.formats.text import decode, line_of, parse_toml, read_json, read_text, table
from pyrt_build.errors import BuildError

TEXT = "# für alle\ndash\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"]
)
def test_the_encoding_is_found(encoding):
    assert decode(TEXT.encode(encoding)) == TEXT


def test_a_coding_comment_counts():
    text = "# -*- coding: koi8-r -*-\n# для всех\n"
    assert decode(text.encode("koi8-r")) == text


def test_bytes_that_are_no_character_on_windows_are_read_all_the_same():
    assert decode(b"dash # \x81") == "dash # \x81"


def test_what_cannot_be_read_is_named(tmp_path):
    with pytest.raises(BuildError, match=r"none\.txt cannot be read \(No such file"):
        read_text(tmp_path / "none.txt")
    with pytest.raises(BuildError, match="is a folder"):
        read_text(tmp_path)


def test_what_does_not_parse_is_named(tmp_path):
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(BuildError, match=r"x\.json is no valid JSON"):
        read_json(tmp_path / "x.json")
    with pytest.raises(BuildError, match=r"a\.toml is no valid TOML"):
        parse_toml("[", "a.toml")


def test_toml_with_the_line_ends_of_windows():
    assert parse_toml("a = 1\r\nb = 2\r\n", "x") == {"a": 1, "b": 2}


def test_a_table_is_found_by_its_keys():
    content = {"tool": {"poetry": {"name": "x"}, "other": 3}}
    assert table(content, "tool", "poetry") == {"name": "x"}
    assert table(content, "tool", "other") == table(content, "nothing", "at", "all") == {}


def test_a_line_is_found_by_a_whole_word():
    assert line_of("dash-auth\nDash==2\n", "dash") == 2
    assert line_of("nothing", "dash") == 1
