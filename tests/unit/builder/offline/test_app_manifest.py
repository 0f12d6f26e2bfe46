"""By which a browser installs a site: name, icon and colours, and links in all pages."""

import json

from pyrt_build.app.settings import Settings
from pyrt_build.offline.app_manifest import with_app_manifest
from tests.support.tiny_site import png

PAGE = '<!DOCTYPE html>\n<html lang="de" data-root="{}">\n<head>\n<title>x</title>\n</head>\n<body>'
FILES = {
    "index.html": PAGE.format("./").encode(),
    "a/b/index.html": PAGE.format("../../").encode(),
    "assets/own.html": b"<html><head></head></html>",
    "assets/other.html": b"\xff",
}


def test_the_name_is_the_title_of_the_app_and_the_icon_is_pyrts():
    files = with_app_manifest(FILES, "Größe", Settings())
    content = json.loads(files["app.webmanifest"])
    assert (content["name"], content["short_name"]) == ("Größe", "Größe")
    assert (content["start_url"], content["scope"]) == ("./", "./")
    assert content["background_color"] == "#ffffff"
    assert "theme_color" not in content
    (icon,) = content["icons"]
    assert icon["sizes"] == "any"
    assert files[icon["src"]].startswith(b"<svg")
    assert list(files) == sorted(files)


def test_settings_say_name_icon_and_colours(tmp_path):
    (tmp_path / "icon.png").write_bytes(png(192, 192))
    settings = Settings(
        name="Tides",
        icon=str(tmp_path / "icon.png"),
        theme_color="#204080",
        background_color="navy",
    )
    files = with_app_manifest(FILES, "x", settings)
    content = json.loads(files["app.webmanifest"])
    assert content["name"] == "Tides"
    assert (content["theme_color"], content["background_color"]) == ("#204080", "navy")
    (icon,) = content["icons"]
    assert (icon["type"], icon["sizes"]) == ("image/png", "192x192")
    page = files["index.html"].decode()
    assert f'<link rel="apple-touch-icon" href="./{icon["src"]}">' in page
    assert '<meta name="theme-color" content="#204080">' in page


def test_each_page_links_it_relative_to_itself():
    files = with_app_manifest(FILES, "x", Settings())
    link = '<link rel="manifest" href="{}app.webmanifest">\n</head>'
    assert link.format("./") in files["index.html"].decode()
    assert link.format("../../") in files["a/b/index.html"].decode()
    assert files["assets/own.html"] == FILES["assets/own.html"]
    assert files["assets/other.html"] == FILES["assets/other.html"]
