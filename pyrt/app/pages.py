"""Pages: the registry behind `dash.register_page`, and the page of a URL (S-144 to S-153).

The registry is one per process, as in Dash. Matching and rendering depend on the registry and the
URL only; `routing` turns them into callbacks.
"""

import os
import re
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from keyword import iskeyword
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

from pyrt.app import awaitables, config, main_module
from pyrt.app.paths import get_relative_path
from pyrt.engine.call import context
from pyrt.model import environment as environments
from pyrt.model.component import Component
from pyrt.model.components import LIBRARIES
from pyrt.model.environment import Environment
from pyrt.model.errors import InvalidConfig, NoLayoutException, PageError
from pyrt.model.origin import is_coroutine_function

type Page = dict[str, Any]

page_registry: OrderedDict[str, Page] = OrderedDict()

ID_CONTENT = "_pages_content"
ID_LOCATION = "_pages_location"
ID_STORE = "_pages_store"
ID_DUMMY = "_pages_dummy"

# The clientside part of the router. `data` is what `show_page` returned for the store, None if it
# failed. It has `url` for an old path, which a server would have redirected (S-151).
SHOW_TITLE = (
    "(data) => { if (!data) return; document.title = data.title;"
    ' if (data.url) history.replaceState(history.state, "", data.url); }'
)

_IMAGE_TYPES = {"apng", "avif", "gif", "jpeg", "jpg", "png", "svg", "webp"}


@cache
def page_container() -> Component:
    """Return `dash.page_container`, which is one component for the whole process."""
    html, dcc = LIBRARIES["html"], LIBRARIES["dcc"]
    div = html.make("Div")
    return div(
        children=[
            dcc.make("Location")(id=ID_LOCATION, refresh="callback-nav"),
            div(id=ID_CONTENT, disable_n_clicks=True),
            dcc.make("Store")(id=ID_STORE),
            div(id=ID_DUMMY, disable_n_clicks=True),
        ]
    )


class _Redirects:
    """Redirects by their old paths (S-151)."""

    targets: ClassVar[dict[str, str]] = {}


def register_page(  # noqa: PLR0913, PLR0917  # Dash's signature
    module: str,
    path: str | None = None,
    path_template: str | None = None,
    name: str | None = None,
    order: float | str | None = None,
    title: str | Callable[..., str] | None = None,
    description: str | Callable[..., str] | None = None,
    image: str | None = None,
    image_url: str | None = None,
    redirect_from: list[str] | None = None,
    layout: object = None,
    **more: object,
) -> None:
    """Add a page to `dash.page_registry`; other values get Dash's defaults (S-145).

    Each argument is stored as `supplied_<name>`, and with its default under its own name.

    Raises:
        PageError: there is no app yet, a callback is running, or `module` is not a string.
    """
    _check_state()
    if not isinstance(module, str):
        raise PageError(
            "The first argument of dash.register_page() must be a string, usually `__name__`, "
            f"found {module!r}."
        )
    settings = config.current()
    page: Page = {
        "module": module,
        "supplied_path": path,
        "path_template": path_template,
        "path": infer_path(module, path_template) if path is None else path,
        "supplied_name": name,
        "name": infer_name(module) if name is None else name,
        "supplied_title": title,
    }
    page["title"] = _first_given(
        title, settings.title if settings.title != "Dash" else page["name"]
    )
    page |= {
        "description": description or settings.description or "",
        "order": order,
        "supplied_order": order,
        "supplied_layout": layout,
        **more,
        "supplied_image": image,
        "image": infer_image(module) if image is None else image,
        "image_url": image_url,
        "redirect_from": None,  # what Dash leaves there
    }
    for old_path in redirect_from or ():
        target = get_relative_path(page["path"])
        _Redirects.targets[get_relative_path(old_path).rstrip("/")] = target
    page_registry[module] = page
    if path_template:
        _check_template(path_template)
    if layout is not None:
        page["layout"] = layout
    _sort_registry()


def _check_state() -> None:
    if not config.current().get("assets_folder"):
        raise PageError(
            "`dash.register_page()` must be called after app instantiation: move the call, or the "
            "import of the page, below `app = Dash(...)`."
        )
    if context.current.get() is not None:
        raise PageError(
            "A callback has called `dash.register_page()`, which changes dash.page_registry for "
            "all users. Register all pages while the app starts."
        )


def _first_given[T](value: T | None, default: T) -> T:
    return default if value is None else value


def infer_name(module: str) -> str:
    """Return a readable name for a page.

    >>> infer_name("pages.weekly_analytics")
    'Weekly analytics'
    """
    return module.rpartition(".")[2].replace("_", " ").capitalize()


def infer_path(module: str, template: str | None) -> str:
    """Return a page's path: from its template, else from its module's name in the pages folder.

    >>> infer_path("a.b_c", "/asset/<id>")
    '/asset/none'
    """
    if template is None:
        folder = config.current().get("pages_folder")
        below = module.rpartition(Path(str(folder)).name)[2] if folder else module
        path = below.replace("_", "-").replace(".", "/").lower()
    else:
        path = re.sub("<.*?>", "none", template)
    return path if path.startswith("/") else f"/{path}"


def infer_image(module: str) -> str | None:
    """Return the image in the assets folder named like the page, else `app.*`, else `logo.*`."""
    folder = Path(config.current().assets_folder)
    page = module.rpartition(".")[2]
    images: dict[str, str] = {}
    for entry in folder.iterdir() if folder.is_dir() else ():
        stem, _, extension = entry.name.partition(".")
        if extension.lower() in _IMAGE_TYPES and entry.is_file():
            images.setdefault(stem, entry.name)
    names = (page, page.replace("_", "-"), "app", "logo")
    return next((images[name] for name in names if name in images), None)


def _check_template(template: str) -> None:
    for name in re.findall("<(.*?)>", template):
        if not name.isidentifier() or iskeyword(name):
            raise InvalidConfig(
                f'`{name}` in `path_template="{template}"` cannot be an argument of the layout '
                "function: use letters, digits and underscores, and no keyword of Python."
            )


def _sort_registry() -> None:
    """Sort the pages; the home page gets order 0 unless any page has an order (S-147)."""
    any_chosen = any(page["supplied_order"] is not None for page in page_registry.values())
    for page in page_registry.values():
        is_home = page["path"] == "/" and not any_chosen
        page["order"] = 0 if is_home else page["supplied_order"]
        page["relative_path"] = get_relative_path(page["path"])
    for page in sorted(page_registry.values(), key=_sort_key):
        page_registry.move_to_end(page["module"])


def _sort_key(page: Page) -> tuple[bool, float, str, str]:
    order = page["order"]
    number = order if isinstance(order, int | float) else float("inf")
    return order is None, number, str(order), page["module"]


def load_pages(folder: str, app_name: str) -> None:
    """Run every file of the pages folder that registers a page (S-144).

    Raises:
        NoLayoutException: a page has no `layout`.
    """
    from importlib.util import module_from_spec, spec_from_file_location  # noqa: PLC0415

    for path in _page_files(folder):
        module_name = infer_module_name(path, folder, app_name)
        spec = spec_from_file_location(module_name, path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[module_name] = module
        page = page_registry.get(module_name)
        if page and not page["supplied_layout"]:
            if not hasattr(module, "layout"):
                raise NoLayoutException(
                    f"No layout found in module {module_name}\n"
                    'A variable or a function named "layout" is required.'
                )
            page["layout"] = module.layout


def _page_files(folder: str) -> Iterator[str]:
    for current, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        for name in names:
            path = Path(current, name)
            is_module = name.endswith(".py") and not name.startswith((".", "_"))
            if is_module and "register_page" in path.read_text("utf-8"):
                yield str(path)


def infer_module_name(path: str, folder: str, app_name: str) -> str:
    """Return the dotted name of a page's module, as if imported from the folder of the app."""
    below = _dotted(path.rpartition(folder)[2])
    parent = _dotted(folder.removeprefix(main_module.root_path(app_name)))
    name = f"{parent}.{below}"
    app_file = getattr(sys.modules.get(app_name), "__file__", None) or ""
    return f"{app_name}.{name}" if app_file.endswith("__init__.py") else name


def _dotted(path: str) -> str:
    return path.strip(os.sep).replace(os.sep, ".").replace(".py", "")


def forget_pages() -> None:
    """Empty the registry, before the app's script runs again."""
    page_registry.clear()
    _Redirects.targets.clear()
    _Awaited.layouts.clear()


def check_registry() -> None:
    """Check the registry.

    Raises:
        InvalidConfig: two pages have the same path, or a module is called `__main__`.
        NoLayoutException: a page has no layout.
    """
    by_path: dict[str, list[str]] = {}
    for page in page_registry.values():
        by_path.setdefault(page["path"], []).append(page["module"])
    for path, modules in by_path.items():
        if len(modules) > 1:
            raise InvalidConfig(f"modules {modules} have duplicate paths: {path}")
    for page in page_registry.values():
        if "layout" not in page:
            raise NoLayoutException(
                f"The page `{page['module']}` has no layout. Define `layout` in its module, or "
                "give `layout=` to `dash.register_page()`."
            )
        if page["module"] == "__main__":
            raise InvalidConfig(
                "`dash.register_page(__name__)` in the script of the app registers a page as "
                "`__main__`. Write a name of your own there, such as "
                '`dash.register_page("home", ...)`.'
            )


def match_path(path: str) -> tuple[Page, dict[str, str] | None]:
    """Return the page of a path without outer slashes, and its variables; `{}` if there is none."""
    for page in page_registry.values():
        template = page["path_template"]
        variables = parse_variables(path, template.strip("/")) if template else None
        if variables or path == page["path"].strip("/"):
            return page, variables
    return {}, None


def parse_variables(path: str, template: str) -> dict[str, str] | None:
    """Return the values of a template's variables, or None when the path does not fit.

    >>> parse_variables("asset/a100", "asset/<asset_id>")
    {'asset_id': 'a100'}
    """
    names = re.findall("<(.*?)>", template)
    found = _template_pattern(template).fullmatch(path)
    return dict(zip(names, found.groups(), strict=True)) if found else None


@cache
def _template_pattern(template: str) -> re.Pattern[str]:
    """Compile a template: variables are greedy, static parts may contain `*` and `?`."""
    parts = re.split("(<.*?>)", template)  # every second one is a variable
    texts = (
        "(.*)" if index % 2 else re.escape(part).replace(r"\*", ".*").replace(r"\?", ".")
        for index, part in enumerate(parts)
    )
    return re.compile("".join(texts), re.DOTALL)


def parse_query(search: str | None) -> dict[str, str | list[str]]:
    """Return the parameters of a query string; a repeated one is a list (S-149).

    >>> parse_query("?a=1&b=&a=2")
    {'a': ['1', '2'], 'b': ''}
    """
    if not search or not search.startswith("?"):
        return {}
    values = parse_qs(search[1:], keep_blank_values=True)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def find_redirect(path: str | None) -> str | None:
    """Return the target of an old path, or None; static hosts may have added a slash to it."""
    return _Redirects.targets.get((path or "").rstrip("/"))


def find_address(path: str) -> str | None:
    """Return the path that the address bar should show instead of this one; None to keep it.

    Old paths are replaced by their target. A slash at the end is removed: a static host adds it to
    folders, but the path of a page has none, and apps compare it. Of an app with a prefix (S-167)
    the site has pages at its own folder, too: they are shown below the prefix.
    """
    start = config.current().requests_pathname_prefix.rstrip("/") + "/"
    if not f"{path}/".startswith(start):
        inner = path.removeprefix(environments.current().base).lstrip("/")
        return find_address(f"{start}{inner}") or f"{start}{inner}"
    target = find_redirect(path)
    if target or not path.endswith("/"):
        return target
    bare = path.rstrip("/")
    prefix = config.current().requests_pathname_prefix.rstrip("/")
    page, _ = match_path(bare.removeprefix(prefix).strip("/"))
    if not page or bare == prefix or page["path"].endswith("/"):
        return None
    return bare


def known_paths() -> list[str]:
    """Return the paths for which a static host needs a file: all pages and all redirects."""
    pages = [page["relative_path"] for page in page_registry.values()]
    return list(dict.fromkeys([*pages, *_Redirects.targets]))


async def render(
    path: str, search: str | None, states: Mapping[str, object], app_title: str
) -> tuple[object, str]:
    """Return layout and title of a path; functions are called, async ones awaited (S-149)."""
    page, variables = match_path(path)
    if not page:
        page = _not_found(app_title)
    layout, title = page.get("layout", ""), page["title"]
    if callable(layout):
        layout = layout(**{**(variables or {}), **parse_query(search), **states})
        layout = await layout if hasattr(layout, "__await__") else layout
    if callable(title):
        title = title(**(variables or {}))
        title = await title if hasattr(title, "__await__") else title
    return layout, title


def _not_found(app_title: str) -> Page:
    for module, page in page_registry.items():
        if module.rpartition(".")[2] == "not_found_404":
            return page
    layout = LIBRARIES["html"].make("H1")(children="404 - Page not found")
    return {"layout": layout, "title": app_title}


def make_validation_layout(layout: object) -> Component:
    """Return all pages and the app's layout in one tree, in which ids are looked up (S-150).

    Raises:
        InvalidConfig: the app's layout does not contain `dash.page_container`.
    """
    made = [_layout_to_inspect(module, page) for module, page in page_registry.items()]
    parts: list[object] = []
    for each in [*made, layout]:
        parts.extend(each if isinstance(each, list | tuple) else [each])
    everything = LIBRARIES["html"].make("Div")(children=parts)
    if ID_CONTENT not in everything:
        raise InvalidConfig(
            "`dash.page_container` not found in the layout. Put it where the content of the "
            "current page shall appear."
        )
    return everything


def _layout_to_inspect(module: str, page: Page) -> object:
    layout = page["layout"]
    if module in _Awaited.layouts:
        return _Awaited.layouts.pop(module)
    return awaitables.finish(layout()) if callable(layout) else layout


def has_async_layouts() -> bool:
    """Return whether the layout of some page is made by an `async def` function."""
    return any(map(_is_async, page_registry.values()))


async def await_layouts() -> None:
    """Make the layouts of async functions for the next `make_validation_layout`.

    For browsers in which `awaitables.finish` cannot wait.
    """
    for module, page in page_registry.items():
        if _is_async(page):
            _Awaited.layouts[module] = await page["layout"]()


def _is_async(page: Page) -> bool:
    return callable(page.get("layout")) and is_coroutine_function(page["layout"])


class _Awaited:
    layouts: ClassVar[dict[str, object]] = {}


def meta_tags(
    environment: Environment, app_title: str, asset_url: Callable[[str], str]
) -> list[dict[str, str]]:
    """Return the tags from which other sites make a preview of the current page (S-152)."""
    location = environment.location
    prefix = config.current().requests_pathname_prefix.rstrip("/")
    page, variables = match_path(location.pathname.removeprefix(prefix).strip("/"))
    image = page.get("image_url")
    if not image and page.get("image"):
        image = _absolute(location.origin, asset_url(page["image"]))
    title = _text(page.get("title", app_title), variables)
    description = _text(page.get("description", ""), variables)
    address = f"{location.origin}{location.pathname}{location.search}"
    about = {"description": description, "image": image or ""}
    twitter = {"card": "summary_large_image", "url": address, "title": title, **about}
    open_graph = {"title": title, "type": "website", **about}
    return [
        {"name": "description", "content": description},
        *_properties("twitter", twitter),
        *_properties("og", open_graph),
    ]


def _properties(vocabulary: str, values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"property": f"{vocabulary}:{key}", "content": text} for key, text in values.items()]


def _absolute(origin: str, url: str) -> str:
    return url if "://" in url else f"{origin}/{url.lstrip('/')}"


def _text(value: str | Callable[..., str], variables: Mapping[str, str] | None) -> str:
    return value(**(variables or {})) if callable(value) else value
