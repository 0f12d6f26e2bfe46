"""The picture of an installed app: what browsers take, and what is said of all else."""

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.offline.icon import read_icon
from tests.support.tiny_site import png


def test_without_one_it_is_that_of_pyrt():
    icon = read_icon(None)
    assert (icon.type, icon.suffix, icon.sizes) == ("image/svg+xml", ".svg", "any")
    assert icon.content.startswith(b"<svg")


def test_a_png_says_its_size(tmp_path):
    path = tmp_path / "Größe.PNG"
    path.write_bytes(png(512, 512))
    icon = read_icon(str(path))
    assert (icon.type, icon.suffix, icon.sizes) == ("image/png", ".png", "512x512")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.jpg", b"", "a.jpg is neither PNG nor SVG"),
        ("a.png", b"GIF89a", "a.png is not a PNG file"),
        ("a.png", png(200, 300), "a.png has 200 x 300 pixels. Browsers need a square of 144"),
        ("a.png", png(48, 48), "a.png has 48 x 48 pixels"),
        ("a.svg", None, "a.svg cannot be read: No such file or directory"),
    ],
)
def test_what_browsers_do_not_take_is_named(tmp_path, name, content, reason):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BuildError) as caught:
        read_icon(str(tmp_path / name))
    assert "[tool.pyrt], icon: " in str(caught.value)
    assert reason in str(caught.value)
