"""Dash pages: the registry, inferred values, path templates, queries and layout functions."""

import asyncio
import sys
from pathlib import Path

import pytest

from pyrt.app import config, pages
from pyrt.app.config import Config
from pyrt.app.pages import page_registry, register_page
from pyrt.engine.call import context
from pyrt.model import environment
from pyrt.model.environment import Environment, Location
from pyrt.model.errors import InvalidConfig, NoLayoutException, PageError


@pytest.fixture(autouse=True)
def app_settings(tmp_path):
    """An app without pages, whose folder is `tmp_path`."""
    before = config.current()
    settings = Config(
        name="__main__",
        title="Dash",
        description=None,
        assets_folder=str(tmp_path / "assets"),
        assets_url_path="assets",
        assets_external_path="",
        pages_folder=str(tmp_path / "pages"),
        requests_pathname_prefix="/",
    )
    config.use(settings)
    page_registry.clear()
    yield settings
    config.use(before)
    pages.forget_pages()


def shown(path, search="", **states):
    return asyncio.run(pages.render(path, search, states, "App"))


def test_a_page_is_stored_with_what_was_given_and_what_applies():
    """S-145, S-146."""
    register_page("pages.weekly_sales", extra=5)
    assert page_registry["pages.weekly_sales"] == {
        "module": "pages.weekly_sales",
        "supplied_path": None,
        "path_template": None,
        "path": "/weekly-sales",
        "supplied_name": None,
        "name": "Weekly sales",
        "supplied_title": None,
        "title": "Weekly sales",
        "description": "",
        "order": None,
        "supplied_order": None,
        "supplied_layout": None,
        "extra": 5,
        "supplied_image": None,
        "image": None,
        "image_url": None,
        "redirect_from": None,
        "relative_path": "/weekly-sales",
    }


def test_what_is_given_wins_over_what_is_inferred(app_settings):
    """S-146."""
    app_settings.update(title="Shop", description="Buy", requests_pathname_prefix="/shop/")
    register_page("a", path="/b", name="N", title="T", description="D", image="i.png", layout=[])
    register_page("b")
    a, b = page_registry["a"], page_registry["b"]
    assert (a["path"], a["name"], a["title"], a["description"]) == ("/b", "N", "T", "D")
    assert (a["image"], a["layout"], a["relative_path"]) == ("i.png", [], "/shop/b")
    assert (b["title"], b["description"]) == ("Shop", "Buy")
    assert "layout" not in b


@pytest.mark.parametrize(
    ("module", "template", "folder", "path"),
    [
        ("pages.page1", None, "/x/pages", "/page1"),
        ("custom.pages.page1", None, "/x/custom/pages", "/page1"),
        ("custom_pages.chapter_1.page_1", None, "/x/custom_pages", "/chapter-1/page-1"),
        ("dir.My_page", None, None, "/dir/my-page"),
        ("pages.home", None, "/x/pages", "/home"),
        ("pages.page1", "/items/<item_id>/<b>", "/x/pages", "/items/none/none"),
    ],
)
def test_a_path_is_inferred_from_the_template_or_the_module(
    app_settings, module, template, folder, path
):
    """S-146."""
    app_settings["pages_folder"] = folder
    assert pages.infer_path(module, template) == path


def test_an_image_is_found_by_the_name_of_the_page_else_of_the_app_else_a_logo(tmp_path):
    """S-146."""
    folder = tmp_path / "assets"
    folder.mkdir()
    assert pages.infer_image("pages.birds") is None
    for name in ("logo.png", "app.jpeg", "big-birds.SVG", "fish.txt"):
        (folder / name).write_text("")
    assert pages.infer_image("pages.big_birds") == "big-birds.SVG"
    assert pages.infer_image("pages.fish") == "app.jpeg"
    (folder / "app.jpeg").unlink()
    assert pages.infer_image("pages.fish") == "logo.png"


def test_pages_are_sorted_by_number_then_text_then_not_at_all_then_module():
    """S-147 (paor001)."""
    orders: dict[str, float | str] = {
        "m1": 2,
        "m2": 1,
        "m3": 3.5,
        "m4": 10,
        "text_z": "zzz",
        "text_2": "2a",
    }
    for module, order in orders.items():
        register_page(module, order=order)
    for module in ("b_none", "a_none"):
        register_page(module)
    assert list(page_registry) == [
        "m2", "m1", "m3", "m4", "text_2", "text_z", "a_none", "b_none",
    ]  # fmt: skip


def test_the_home_page_is_first_until_a_page_has_an_order():
    """S-147."""
    register_page("z", path="/")
    register_page("a")
    assert list(page_registry) == ["z", "a"]
    assert page_registry["z"]["order"] == 0
    register_page("b", order=5)
    assert list(page_registry) == ["b", "a", "z"]
    assert page_registry["z"]["order"] is None


def test_pages_need_an_app_and_a_name(app_settings):
    """S-145."""
    with pytest.raises(PageError, match="must be a string"):
        register_page(None)  # type: ignore[arg-type]
    config.use(Config())
    with pytest.raises(PageError, match="must be called after app instantiation"):
        register_page("x")
    assert not page_registry


def test_pages_cannot_be_registered_while_a_callback_runs():
    """S-145."""
    token = context.current.set(object())  # type: ignore[arg-type]  # any callback's
    try:
        with pytest.raises(PageError, match="A callback has called"):
            register_page("x")
    finally:
        context.current.reset(token)
    assert not page_registry


def test_variables_of_a_template_must_be_identifiers():
    """S-146."""
    with pytest.raises(InvalidConfig, match=r"`a-b` in `path_template=.* cannot be an argument"):
        register_page("x", path_template="/<a-b>")
    with pytest.raises(InvalidConfig, match="`class` in `path_template"):
        register_page("x", path_template="/<class>")


@pytest.mark.parametrize(
    ("path", "template", "variables"),
    [
        ("asset/a100", "asset/<id>", {"id": "a100"}),
        ("a/x/b/y", "a/<p>/b/<q>", {"p": "x", "q": "y"}),
        ("a/x/b/z/b/y", "a/<p>/b/<q>", {"p": "x/b/z", "q": "y"}),
        ("asset", "asset/<id>", None),
        ("other/a", "asset/<id>", None),
        ("v1.0/a", "v1.0/<id>", {"id": "a"}),
        ("v1x0/a", "v1.0/<id>", None),
        ("any/thing/a", "*/<id>", {"id": "a"}),
        ("plain", "plain", {}),
    ],
)
def test_variables_take_all_they_can_and_are_strings(path, template, variables):
    """S-148."""
    assert pages.parse_variables(path, template) == variables


def test_the_first_page_that_fits_is_shown():
    """S-148."""
    register_page("t", path_template="/asset/<id>", layout="T", order=1)
    register_page("u", path="/asset/special", layout="U", order=2)
    register_page("home", path="/", layout="H", order=3)
    assert pages.match_path("asset/special") == (page_registry["t"], {"id": "special"})
    assert pages.match_path("asset/none") == (page_registry["t"], {"id": "none"})
    assert pages.match_path("")[0] is page_registry["home"]
    assert pages.match_path("nowhere") == ({}, None)


@pytest.mark.parametrize(
    ("search", "parameters"),
    [
        (None, {}),
        ("", {}),
        ("a=1", {}),
        ("?a=1&b=%C3%A9&c", {"a": "1", "b": "é", "c": ""}),
        ("?a=1&a=2", {"a": ["1", "2"]}),
    ],
)
def test_a_query_gives_values_or_lists_of_repeated_ones(search, parameters):
    """S-149."""
    assert pages.parse_query(search) == parameters


def test_a_layout_function_gets_variables_query_and_states_a_title_function_variables_only():
    """S-149."""
    calls = []

    def layout(**values):
        calls.append(values)
        return "made"

    register_page("a", path_template="/a/<x>", layout=layout, title=lambda x: f"Title {x}")
    assert shown("a/1", "?q=2", language="en") == ("made", "Title 1")
    assert calls == [{"x": "1", "q": "2", "language": "en"}]


def test_an_unknown_query_is_an_error_unless_the_function_takes_any():
    """S-149."""
    register_page("a", path="/a", layout=lambda: "made")
    assert shown("a") == ("made", "A")
    with pytest.raises(TypeError, match="unexpected keyword argument 'q'"):
        shown("a", "?q=1")


def test_async_functions_are_awaited():
    """S-144."""

    async def layout():
        return "later"

    async def title():
        return "T"

    register_page("a", path="/a", layout=layout, title=title)  # type: ignore[arg-type]
    assert shown("a") == ("later", "T")


def test_without_a_match_the_apps_own_404_is_shown_or_a_plain_one():
    """S-149."""
    layout, title = shown("nowhere")
    assert (layout._type, layout.children, title) == ("H1", "404 - Page not found", "App")
    register_page("pages.not_found_404", layout=lambda **_: "mine")
    assert shown("nowhere") == ("mine", "Not found 404")


def write_pages(folder, **files):
    for name, text in files.items():
        path = Path(folder, name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def load(folder):
    before = set(sys.modules)
    pages.load_pages(str(folder), "__main__")
    added = set(sys.modules) - before
    for name in added:
        del sys.modules[name]
    return added


PAGE = "from pyrt.app.pages import register_page\nregister_page(__name__)\nlayout = __name__\n"


def test_files_of_the_pages_folder_that_register_a_page_are_run(tmp_path, app_settings):
    """S-144."""
    folder = tmp_path / "pages"
    write_pages(
        folder,
        home=PAGE,
        sub__deep__page_1=PAGE,
        plain="raise RuntimeError('no page, must not run')",
        _hidden=PAGE,
        _hidden_folder__page=PAGE,
    )
    (folder / ".dot.py").write_text(PAGE)
    (folder / "notes.txt").write_text("register_page")
    app_settings["name"] = "no_such_module"
    prefix = pages._dotted(str(folder))
    added = load(folder)
    assert {name.removeprefix(f"{prefix}.") for name in page_registry} == {
        "home",
        "sub.deep.page_1",
    }
    assert added == set(page_registry)
    page = page_registry[f"{prefix}.sub.deep.page_1"]
    assert page["layout"] == page["module"]
    assert page["path"] == "/sub/deep/page-1"


def test_the_name_of_a_page_begins_at_the_folder_of_the_app(tmp_path, monkeypatch):
    """S-144: `pages.sub.file`."""
    main = type(sys)("app_of_pages")
    main.__file__ = str(tmp_path / "app.py")
    monkeypatch.setitem(sys.modules, "app_of_pages", main)
    folder = str(tmp_path / "pages")
    assert pages.infer_module_name(f"{folder}/sub/a.py", folder, "app_of_pages") == "pages.sub.a"
    main.__file__ = str(tmp_path / "__init__.py")
    assert pages.infer_module_name(f"{folder}/a.py", folder, "app_of_pages") == (
        "app_of_pages.pages.a"
    )


def test_a_page_without_a_layout_is_refused(tmp_path):
    """S-144 (pala004)."""
    write_pages(
        tmp_path / "pages", bad="from pyrt.app.pages import register_page as r\nr(__name__)"
    )
    with pytest.raises(NoLayoutException, match=r"No layout found in module .*pages\.bad") as error:
        load(tmp_path / "pages")
    assert 'A variable or a function named "layout" is required.' in str(error.value)


def test_a_layout_given_to_register_page_needs_none_in_the_module(tmp_path):
    text = "from pyrt.app.pages import register_page\nregister_page(__name__, layout='own')"
    write_pages(tmp_path / "pages", good=text)
    load(tmp_path / "pages")
    (page,) = page_registry.values()
    assert page["layout"] == "own"


def test_a_registry_that_cannot_work_is_refused():
    """S-145, S-146."""
    register_page("a", path="/x", layout="a")
    pages.check_registry()
    register_page("b", path="/x", layout="b")
    with pytest.raises(InvalidConfig, match=r"modules \['a', 'b'\] have duplicate paths: /x"):
        pages.check_registry()
    del page_registry["b"]
    register_page("c", path="/c")
    with pytest.raises(NoLayoutException, match="The page `c` has no layout"):
        pages.check_registry()
    del page_registry["c"]
    register_page("__main__", layout="m")
    with pytest.raises(InvalidConfig, match=r"register_page\(__name__\)` in the script"):
        pages.check_registry()


def test_old_paths_lead_to_the_page_with_the_prefix(app_settings):
    """S-151."""
    app_settings["requests_pathname_prefix"] = "/app/"
    register_page("new", path="/new", redirect_from=["/old", "/older"], layout="x")
    assert pages.find_redirect("/app/old") == pages.find_redirect("/app/old/") == "/app/new"
    assert pages.find_redirect(None) is None
    assert pages.find_redirect("/app/new") is None
    assert pages.known_paths() == ["/app/new", "/app/old", "/app/older"]


@pytest.mark.parametrize("prefix", ["/", "/app/"])
def test_the_slash_a_static_host_adds_to_a_page_is_taken_away(app_settings, prefix):
    """A deep link to a page arrives as it would from Dash's server."""
    app_settings["requests_pathname_prefix"] = prefix
    register_page("home", path="/", layout="h")
    register_page("a", path="/a/b", redirect_from=["/old"], layout="a")
    register_page("t", path_template="/t/<x>", layout="t")
    register_page("slash", path="/with/", layout="s")
    bare = prefix.rstrip("/")
    addresses = {
        "/a/b/": "/a/b",
        "/t/1/": "/t/1",
        "/old/": "/a/b",
        "/a/b": None,
        "/": None,
        "/with/": None,
        "/nowhere/": None,
    }
    for path, address in addresses.items():
        assert pages.find_address(bare + path) == (address and bare + address)


def test_an_address_above_the_prefix_of_an_app_is_shown_below_it(app_settings):
    """S-167: a site has its pages at its own folder, too."""
    environment.use(Environment(base="/project/"))
    try:
        app_settings["requests_pathname_prefix"] = "/project/dash/"
        register_page("home", path="/", layout="h")
        register_page("a", path="/a", redirect_from=["/old"], layout="a")
        addresses = {
            "/project/": "/project/dash/",
            "/project/a": "/project/dash/a",
            "/project/a/": "/project/dash/a",
            "/project/old": "/project/dash/a",
            "/project/dash": None,
            "/project/dash/": None,
            "/project/dash/a": None,
            "/project/dash/a/": "/project/dash/a",
        }
        assert {path: pages.find_address(path) for path in addresses} == addresses
    finally:
        environment.use(Environment())


def test_the_container_holds_what_the_router_needs():
    """S-150."""
    container = pages.page_container()
    assert container is pages.page_container()
    assert [(each._type, each.id) for each in container.children] == [
        ("Location", "_pages_location"),
        ("Div", "_pages_content"),
        ("Store", "_pages_store"),
        ("Div", "_pages_dummy"),
    ]
    assert container["_pages_location"].refresh == "callback-nav"  # type: ignore[attr-defined]


def test_all_pages_and_the_app_are_checked_together():
    """S-150: layout functions are called without arguments."""
    calls = []

    async def later():
        calls.append("later")
        return ["third", "fourth"]

    register_page("a", path="/a", layout="first", order=1)
    register_page("b", path="/b", layout=lambda: calls.append("b"), order=2)
    register_page("c", path="/c", layout=later, order=3)
    container = pages.page_container()
    made = pages.make_validation_layout([container])
    assert made.children == ["first", None, "third", "fourth", container]
    assert calls == ["b", "later"]
    with pytest.raises(InvalidConfig, match=r"`dash\.page_container` not found in the layout"):
        pages.make_validation_layout("text")


def test_previews_of_other_sites_show_the_page_of_the_address():
    """S-152 (pala002, pala003)."""
    register_page(
        "a", path="/a", title="T", description=lambda: "D", image="birds.jpeg", layout="x"
    )
    page = Environment(location=Location(origin="http://h", pathname="/a", search="?x"))
    tags = pages.meta_tags(page, "App", lambda path: f"/assets/{path}")
    assert [tag["content"] for tag in tags] == [
        "D",
        "summary_large_image",
        "http://h/a?x",
        "T",
        "D",
        "http://h/assets/birds.jpeg",
        "T",
        "website",
        "D",
        "http://h/assets/birds.jpeg",
    ]
    register_page("a", path="/a", image="b.png", image_url="https://c/d.png", layout="x")
    assert pages.meta_tags(page, "App", str)[-1]["content"] == "https://c/d.png"


def test_previews_of_a_page_with_variables_and_of_none(app_settings):
    """S-152."""
    register_page("t", path_template="/t/<x>", title=lambda x="?": f"T {x}", layout="x")
    page = Environment(location=Location(pathname="/t/1"))
    assert pages.meta_tags(page, "App", str)[3]["content"] == "T 1"
    app_settings["requests_pathname_prefix"] = "/app/"
    below = Environment(location=Location(origin="http://h", pathname="/app/t/2"))
    assert pages.meta_tags(below, "App", str)[3]["content"] == "T 2"
    nowhere = Environment(location=Location(pathname="/nowhere"))
    assert pages.meta_tags(nowhere, "App", str)[3]["content"] == "App"
    assert pages.meta_tags(nowhere, "App", str)[-1]["content"] == ""
