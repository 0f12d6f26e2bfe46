"""Scripts and stylesheets of component packages: their sources, their order and their tags."""

import pytest

from pyrt.app import resources
from pyrt.app.resources import Css, ResourceConfig, Scripts, choose_source, make_tags
from pyrt.model.errors import ResourceException


def asset(path):
    return f"assets/{path}"


def sources(entries, **switches):
    config = ResourceConfig(**switches)
    return [choose_source(each, config) for each in entries]


@pytest.mark.parametrize(
    ("how", "eager", "dynamic"),
    [
        (True, False, True),
        (True, True, False),
        ("eager", False, True),
        ("eager", True, False),
        ("lazy", False, True),
        ("lazy", True, True),
        (False, False, False),
        (False, True, False),
    ],
)
def test_async_scripts_are_dynamic_unless_loading_is_eager(how, eager, dynamic):
    """R-13: the key may be present and false, as in dash_mantine_components."""
    (chosen,) = sources([{"async": how, "relative_package_path": "a.js"}], eager_loading=eager)
    assert chosen["dynamic"] is dynamic


def test_async_and_dynamic_exclude_each_other():
    """R-12."""
    with pytest.raises(ResourceException, match="Can't have both 'dynamic' and 'async'"):
        sources([{"async": True, "dynamic": False, "relative_package_path": "a.js"}])


def test_the_package_is_preferred_to_the_cdn_unless_told_otherwise():
    """R-12."""
    both = {"relative_package_path": "a.js", "external_url": "https://c/a.js", "namespace": "p"}
    (local,) = sources([both])
    assert local == {"relative_package_path": "a.js", "namespace": "p"}
    (remote,) = sources([both], serve_locally=False)
    assert remote == {"external_url": "https://c/a.js", "namespace": "p"}
    (only,) = sources([{**both, "external_only": True}])
    assert only == remote


def test_files_for_development_are_left_out_unless_asked_for():
    """R-12: dev_package_path, dev_only."""
    config = ResourceConfig()
    normal = {"relative_package_path": "a.js", "dev_package_path": "a.dev.js"}
    only = {"dev_package_path": "types.js", "dev_only": True}
    assert choose_source(normal, config) == {"relative_package_path": "a.js"}
    assert choose_source(only, config) is None
    assert choose_source(normal, config, dev_bundles=True) == {"relative_package_path": "a.dev.js"}
    assert choose_source(only, config, dev_bundles=True) == {"relative_package_path": "types.js"}


def test_a_resource_without_a_usable_source_is_reported():
    with pytest.warns(UserWarning, match="https://c/a.js is not loaded"):
        assert sources([{"external_url": "https://c/a.js"}]) == [None]
    with pytest.raises(ResourceException, match="does not have a relative_package_path"):
        sources([{"namespace": "p"}], serve_locally=False)


def test_tags_have_addresses_relative_to_the_site_and_keep_their_attributes():
    """R-16: no fingerprints, no `_dash-component-suites`."""
    tags = make_tags(
        [
            {"relative_package_path": "sub/a.js", "namespace": "dash_x"},
            {"relative_package_path": ["b.js", "c.js"], "namespace": "dash_x", "dynamic": False},
            {"external_url": "https://c/d.js", "attributes": {"crossorigin": "anonymous"}},
            {"asset_path": "e.mjs"},
            {"asset_path": "f.js"},
            {"relative_package_path": "never.js", "namespace": "dash_x", "dynamic": True},
        ],
        "src",
        asset,
    )
    assert tags == [
        {"src": "pkg/dash_x/sub/a.js"},
        {"src": "pkg/dash_x/b.js"},
        {"src": "pkg/dash_x/c.js"},
        {"src": "https://c/d.js", "crossorigin": "anonymous"},
        {"src": "assets/e.mjs", "type": "module"},
        {"src": "assets/f.js"},
    ]


def test_absolute_paths_are_refused():
    with pytest.raises(ResourceException, match="absolute_path isn't supported"):
        make_tags([{"absolute_path": "/x.js"}], "src", asset)


def test_resources_are_those_of_the_top_level_module_at_the_time_of_asking(package):
    """R-11: the attribute may be rebound after the import."""
    package._js_dist = [{"relative_package_path": "old.js", "namespace": "fake_package"}]
    scripts = Scripts()
    package._js_dist = [{"relative_package_path": "new.js", "namespace": "fake_package"}]
    scripts.append_script({"asset_path": "a.js"})
    found = scripts.get_all_scripts()
    assert [each.get("relative_package_path") for each in found] == ["new.js", None]
    assert scripts.get_library_scripts(["fake_package"])[0]["relative_package_path"] == "new.js"
    assert scripts.get_library_scripts(["another"]) == [{"asset_path": "a.js"}]


def test_stylesheets_are_found_in_the_same_way(package):
    package._css_dist = [{"relative_package_path": "a.css", "namespace": "fake_package"}]
    css = Css()
    assert css.get_all_css() == [{"relative_package_path": "a.css", "namespace": "fake_package"}]
    assert css.get_library_css(["another"]) == []


def test_late_packages_send_only_what_is_not_async(package):
    """R-18."""
    package._js_dist = [
        {"relative_package_path": "a.js", "namespace": "fake_package"},
        {"relative_package_path": "chunk.js", "namespace": "fake_package", "async": True},
        {"relative_package_path": "main.js", "namespace": "fake_package", "async": False},
        {"relative_package_path": "a.js.map", "namespace": "fake_package", "dynamic": True},
    ]
    package._css_dist = [{"relative_package_path": "a.css", "namespace": "fake_package"}]
    scripts, stylesheets = resources.late_files(["fake_package"])
    assert scripts == [{"src": "pkg/fake_package/a.js"}]
    assert stylesheets == [{"href": "pkg/fake_package/a.css"}]


def test_dashs_own_bundles_come_in_dashs_order():
    """R-7, R-10."""
    scripts = Scripts()
    tags = make_tags(scripts.filter(resources.dash_scripts(with_plotly=True)), "src", asset)
    assert [tag["src"] for tag in tags] == [
        "pkg/dash/dcc/dash_core_components.js",
        "pkg/dash/dcc/dash_core_components-shared.js",
        "pkg/dash/html/dash_html_components.min.js",
        "pkg/dash/dash_table/bundle.js",
    ]


def test_eager_loading_adds_the_chunks_and_plotly():
    """R-13, R-19 (scri001)."""
    scripts = Scripts(eager=True)
    found = scripts.filter(resources.dash_scripts(with_plotly=True))
    urls = [tag["src"] for tag in make_tags(found, "src", asset)]
    assert urls.index("pkg/dash/dcc/async-graph.js") < urls.index(
        "pkg/dash/dcc/dash_core_components.js"
    )
    assert "pkg/plotly/package_data/plotly.min.js" in urls
    without = scripts.filter(resources.dash_scripts(with_plotly=False))
    assert all("plotly.min" not in tag["src"] for tag in make_tags(without, "src", asset))
