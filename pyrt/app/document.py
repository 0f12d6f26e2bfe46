"""The document around an app: scripts and stylesheets in Dash's order, configuration, index.

All of it is sent to the page in one `Document` message once the app's script has run (R-7, R-9).
React and the renderer belong to the page itself and are not listed. The functions read an app
through `Describable` and do not change it.
"""

# The underscores are Dash's: names that are private to app developers, not to this folder.
# ruff: noqa: SLF001

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pyrt.app import hooks, pages, resources, template
from pyrt.app.assets import Assets, data_url
from pyrt.app.config import Config
from pyrt.app.devtools import DevTools
from pyrt.app.resources import Css, Scripts, Tag
from pyrt.engine.wire.messages import Document, Resource
from pyrt.model import environment
from pyrt.model.callback import CallbackRegistry
from pyrt.model.component import DASH_VERSION, ComponentRegistry
from pyrt.model.components import load_registry
from pyrt.model.environment import Environment
from pyrt.model.serialize import to_json_value


class Describable(Protocol):
    """The parts of an app that its document is made from."""

    callbacks: CallbackRegistry
    config: Config
    css: Css
    scripts: Scripts
    renderer: str
    title: str
    use_pages: bool
    validation_layout: Any
    _assets: Assets
    _dev_tools: DevTools

    def get_asset_url(self, path: str) -> str:
        """Return the URL of an asset."""

    def interpolate_index(self, **parts: str) -> str:
        """Return the HTML of the page."""

    @property
    def index_string(self) -> str:
        """The template of the page."""

    @property
    def runs_jobs(self) -> bool:
        """Whether some callback runs in the page's job workers."""


def describe(app: Describable, page: Environment) -> Document:
    """Return the document of an app, which must be prepared."""
    load_registry()  # callbacks may use components that the layout does not
    return Document(
        index=render_index(app, page),
        title=app.title,
        update_title=app.config.update_title,
        scripts=[encode_tag(tag, "src") for tag in describe_scripts(app, page)],
        stylesheets=[encode_tag(tag, "href") for tag in describe_stylesheets(app, page)],
        inline_scripts=[
            {"hash": sha256, "source": source}
            for sha256, source in app.callbacks.inline_sources.items()
        ],
        favicon=favicon_url(app, page),
        config=to_json_value(describe_config(app, page)),
        children_props=ComponentRegistry.children_props,
        jobs=app.runs_jobs,
    )


def describe_late_packages(packages: Sequence[str]) -> tuple[list[Resource], list[Resource]]:
    """Return scripts and stylesheets of packages imported after the document was sent (R-18)."""
    scripts, stylesheets = resources.late_files(packages, environment.current().packages_url)
    return (
        [encode_tag(tag, "src") for tag in scripts],
        [encode_tag(tag, "href") for tag in stylesheets],
    )


def describe_scripts(app: Describable, page: Environment) -> list[Tag]:
    """Return the script tags: external ones, packages, assets, dash's bundles, hooks."""
    scripts = app.scripts
    dev = app._dev_tools.serve_dev_bundles and page.debug
    after_assets = [
        *resources.dash_scripts(with_plotly=page.plotly_url is not None),
        *hooks.hooks.scripts,
    ]
    found = [
        *scripts.get_all_scripts(),
        *scripts.filter(after_assets, dev=dev),
    ]
    return [
        *(resources.as_tag(each, "src") for each in app.config.external_scripts),
        *_make_tags(app, found, "src", page),
    ]


def describe_stylesheets(app: Describable, page: Environment) -> list[Tag]:
    """Return the stylesheet tags: external ones, packages, assets, hooks."""
    found = [*app.css.get_all_css(), *app.css.filter(hooks.hooks.stylesheets)]
    return [
        *(resources.as_tag(each, "href") for each in app.config.external_stylesheets),
        *_make_tags(app, found, "href", page),
    ]


def _make_tags(
    app: Describable, found: Sequence[Mapping[str, object]], address: str, page: Environment
) -> list[Tag]:
    def asset_url(path: str) -> str:
        file = Path(app.config.assets_folder, path)
        return data_url(file, page.started) or _asset_url(app, path)

    return resources.make_tags(found, address, asset_url, page.packages_url)


def _asset_url(app: Describable, path: str) -> str:
    """Return the URL of an asset relative to the site; prefixes of a server do not apply."""
    if app.config.assets_external_path:
        return app.get_asset_url(path)
    return f"{app.config.assets_url_path.strip('/')}/{path}"


def encode_tag(tag: Tag, address: str) -> Resource:
    """Return a tag in the form of the wire: `{src, type?, attributes?}`."""
    attributes = {key: value for key, value in tag.items() if key not in (address, "type")}
    encoded: dict[str, object] = {"src": tag[address]}
    if "type" in tag:
        encoded["type"] = tag["type"]
    if attributes:
        encoded["attributes"] = attributes
    return encoded


def describe_config(app: Describable, page: Environment) -> dict[str, object]:
    """Return the content of Dash's `_dash-config`, without what `Document` has in its own fields.

    A site built without `--debug` shows no developer tools, even if the app calls
    `run(debug=True)`.
    """
    tools, settings = app._dev_tools, app.config
    show = page.debug
    described: dict[str, object] = {
        "url_base_pathname": settings.url_base_pathname,
        "requests_pathname_prefix": settings.requests_pathname_prefix,
        "ui": tools.ui and show,
        "props_check": tools.props_check and show,
        "disable_version_check": True,
        "show_undo_redo": settings.show_undo_redo,
        "suppress_callback_exceptions": settings.suppress_callback_exceptions,
        "update_title": settings.update_title,
        "serve_locally": settings.serve_locally,
        "dash_version": DASH_VERSION,
        "python_version": sys.version,
        "validate_callbacks": tools.validate_callbacks,
        "csrf_token_name": settings.csrf_token_name,
        "csrf_header_name": settings.csrf_header_name,
    }
    if tools.hot_reload and show:
        described["hot_reload"] = {
            "interval": int(tools.hot_reload_interval * 1000),
            "max_retry": tools.hot_reload_max_retry,
            "preserve_state": tools.hot_reload_preserve_state,
        }
    if tools.ui and show:
        described["dev_tools"] = hooks.describe_dev_tools()
    return described


def favicon_url(app: Describable, page: Environment) -> str | None:
    """Return the URL of the icon; None if the assets folder has none."""
    icon = app._assets.favicon
    if not icon:
        return None
    url = _asset_url(app, icon)
    return url if app.config.assets_external_path else f"{page.base}{url}"


def render_index(app: Describable, page: Environment) -> str:
    """Return the HTML of the page, with markers for scripts and stylesheets (S-165).

    Raises:
        InvalidIndexException: the HTML lacks an element that the app needs to start.
    """
    metas = template.complete_metas(app.config.meta_tags)
    if app.use_pages and app.config.include_pages_meta:
        metas = [*pages.meta_tags(page, app.title, app.get_asset_url), *metas]
    icon = favicon_url(app, page)
    link = {"rel": "icon", "type": "image/x-icon", "href": icon}
    html = app.interpolate_index(
        metas=template.format_metas(metas),
        title=app.title,
        css=template.CSS_MARKER,
        config=template.CONFIG_MARKER,
        scripts=template.SCRIPTS_MARKER,
        app_entry=template.APP_ENTRY,
        favicon=template.format_tag("link", link) if icon else "",
        renderer=template.format_renderer(app.renderer),
    )
    for hook in hooks.hooks.get_hooks("index"):
        html = hook(html)
    template.check_index(html)
    return html
