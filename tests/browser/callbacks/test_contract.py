"""Globals that bundles and scripts of the app depend on; files and callbacks that come later."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def contract(open_app, apps):
    """The page, with a script in assets that takes the place of `dash_clientside`."""
    return open_app(apps / "contract" / "app.py")


def test_scripts_of_the_app_run_between_react_and_dcc(contract):
    """R-5..R-8: React 18.3.1 is a global by then; a replaced `dash_clientside` is kept."""
    seen = contract.evaluate("window.seen_by_assets")
    assert seen == {"react": "18.3.1", "clientside": "object", "dcc": "undefined"}
    contract.click("#count")
    expect(contract.locator("#doubled")).to_have_text("2")
    members = "Object.keys(window.dash_clientside).filter(name => !name.startsWith('_')).sort()"
    wanted = ["Patch", "PreventUpdate", "clean_url", "mine", "no_update", "set_props"]
    assert contract.evaluate(members) == wanted


def test_globals_of_the_host(contract):
    """R-4, R-19, R-22."""
    kinds = """[
        'dash_component_api', 'dash_clientside', 'dash_stores', 'store', 'DashRenderer',
        '__dashprivate_childrenProps'
    ].map(name => typeof window[name])"""
    assert contract.evaluate(kinds) == [*["object"] * 4, "function", "object"]
    api = "DashContext ExternalWrapper devtool getLayout stringifyId useDashContext"
    assert set(api.split()) <= set(contract.evaluate("Object.keys(window.dash_component_api)"))
    assert contract.evaluate("window.dash_stores[0] === window.store")


def test_state_as_redux_has_it(contract):
    """R-24, R-25, R-49: paths begin with `components`; dictionary ids are listed by their keys."""
    state = "window.store.getState()"
    assert contract.evaluate(f"{state}.layout.components.props.id") == "root"
    assert contract.evaluate(f"{state}.paths.strs.count") == ["components", "props", "children", 0]
    assert contract.evaluate(f"{state}.paths.objs['kind,n'].map(({{values}}) => values)") == [
        ["row", 2],
        ["row", 1],
    ]
    assert contract.evaluate(f"{state}.loading") == {}
    assert contract.evaluate(f"{state}.isLoading") is False
    assert contract.evaluate("window.dash_component_api.getLayout('root').type") == "Div"
    row = """window.dash_component_api.getLayout({n: 1, kind: 'row'}).props.id.n"""
    assert contract.evaluate(row) == 1


def test_sentinels_and_the_context_of_clientside_functions(contract):
    """R-42, R-45: sentinels are there from the start; the context only while a function runs."""
    assert contract.evaluate("typeof window.dash_clientside.callback_context") == "undefined"
    for clicks, told in ((1, "count: 1"), (2, "count: 1"), (3, "count: 3")):
        contract.click("#count")
        expect(contract.locator("#doubled")).to_have_text(str(2 * clicks))
        expect(contract.locator("#told")).to_have_text(told)
    replace = "window.dash_clientside.no_update = 1; window.dash_clientside.no_update.description"
    assert "prevent" in contract.evaluate(replace)


def test_patches_are_built_in_javascript(contract):
    """R-44: and have the same effect in Python."""
    contract.evaluate(
        """() => {
            const {Patch, set_props} = window.dash_clientside;
            set_props('python', {children: ['a']});
            const patch = new Patch().append([], 'b').insert([], 0, 'c').build();
            set_props('python', {children: patch});
        }"""
    )
    expect(contract.locator("#python")).to_have_text("cab")


def test_a_package_and_callbacks_come_late(contract):
    """R-18, S-34: scripts of a package that a callback imports, inline JavaScript it registers."""
    assert contract.evaluate("typeof window.dash_daq") == "undefined"
    contract.click("#late")
    expect(contract.locator("#icon-1")).to_be_attached()
    contract.click("#count")
    expect(contract.locator("#length")).to_have_text("8")
    expect(contract.locator("#python")).to_have_text("late Python heard 1 in root")
    contract.click("#late")
    expect(contract.locator("#icon-2")).to_be_attached()
