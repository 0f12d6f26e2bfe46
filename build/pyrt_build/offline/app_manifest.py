"""The web app manifest, by which a browser installs the site, and what pages say of it."""

import html
import json
import re

from pyrt_build.app.settings import Settings
from pyrt_build.offline.icon import Icon, read_icon
from pyrt_build.site.manifest import Files, digest

NAME = "app.webmanifest"
_ROOT = re.compile(r'<html\b[^>]*? data-root="([^"]*)"')


def with_app_manifest(files: Files, title: str, settings: Settings) -> Files:
    """Return a site with its web app manifest, which is linked in all pages, and its icon.

    Args:
        files: the site.
        title: of the app; its name, if the settings have none.
        settings: of the app.
    """
    icon = read_icon(settings.icon)
    icon_path = f"pyrt/icon-{digest(icon.content)}{icon.suffix}"
    name = settings.name or title
    content = {
        "name": name,
        "short_name": name,
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": settings.background_color,
        **({"theme_color": settings.theme_color} if settings.theme_color else {}),
        "icons": [{"src": icon_path, "type": icon.type, "sizes": icon.sizes}],
    }
    pages = {
        path: _linked(data.decode(), icon, icon_path, settings).encode()
        for path, data in files.items()
        if path.endswith(".html") and _ROOT.search(data.decode(errors="replace"))
    }
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    return dict(sorted((files | pages | {NAME: text.encode(), icon_path: icon.content}).items()))


def _linked(page: str, icon: Icon, icon_path: str, settings: Settings) -> str:
    found = _ROOT.search(page)
    assert found is not None  # with_app_manifest
    root = found[1]
    elements = [f'<link rel="manifest" href="{root}{NAME}">']
    if icon.suffix == ".png":  # iOS takes no other
        elements.append(f'<link rel="apple-touch-icon" href="{root}{icon_path}">')
    if settings.theme_color:
        color = html.escape(settings.theme_color)
        elements.append(f'<meta name="theme-color" content="{color}">')
    return page.replace("</head>", "\n".join([*elements, "</head>"]), 1)
