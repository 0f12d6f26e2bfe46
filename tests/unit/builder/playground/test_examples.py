"""The examples of a playground: apps in which `pyrt check` finds nothing."""

import pytest

from pyrt_build.cli import main
from pyrt_build.playground.examples import EXAMPLES, read_examples

MOST_BYTES = 15_000  # of a picture


def test_every_example_has_a_title_an_app_and_a_small_picture():
    found = read_examples()
    assert [each.name for each in found] == [*EXAMPLES]
    assert all(each.title and "app = Dash(" in each.files["app.py"] for each in found)
    for each in found:
        assert each.picture.startswith(b"RIFF")
        assert each.picture[8:12] == b"WEBP"
        assert len(each.picture) <= MOST_BYTES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_passes_the_check(name, tmp_path, capsys):
    (example,) = (each for each in read_examples() if each.name == name)
    (tmp_path / "app.py").write_text(example.files["app.py"], encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("dash\nplotly\npandas\nnumpy\n", encoding="utf-8")
    assert main(["check", str(tmp_path / "app.py")]) == 0, capsys.readouterr().out
