"""Tests that cannot be run against a site, and the rule that says so."""

from textwrap import indent
from typing import Any

import pytest

from tests.conformance.harness.plan import Plan
from tests.conformance.harness.rules import CHECKS, RULES, RuleOptions, make_plan

FILE = "tests/integration/test_x.py"
HEAD = "from dash import Dash, html\n"
START = "dash_duo.start_server(app)"


def rule_of(tmp_path, body, head=HEAD, options=None, **item):
    """The rule for a test with such a body; None if it can be run."""
    file = item.pop("file", FILE)
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\ndef test_x(dash_duo):\n{indent(body, '    ')}\n")
    names = {"id": f"{file}::test_x", "file": file, "func": "test_x", "name": "test_x"}
    collected: Any = {**names, "skip": None, "fixtures": ["dash_duo"], "params": {}, **item}
    plan = make_plan(tmp_path, collected, options or RuleOptions())
    return None if isinstance(plan, Plan) else plan.rule


CALLBACK = """
app = Dash(__name__)
{}
@app.callback()
def show(x):
    {}
    return x
{}
"""
IN_LOCK = CALLBACK.format("lock = Lock()", "with lock: pass", "with lock:\n    " + START)
READ_IN_LOCK = CALLBACK.format(
    "lock = Lock()\nseen = []",
    "with lock: seen.append(x)",
    START + "\nwith lock:\n    assert seen == []",
)
RELOADED = CALLBACK.format(
    "seen = {}", "seen['x'] = x", START + "\nseen['x'] = 1\ndash_duo.driver.refresh()"
)
BODIES = {
    "no-page": "app = Dash(__name__)",
    "hot-reload": "app = Dash(__name__)\ndash_duo.start_server(app, dev_tools_hot_reload=True)",
    "background": "app = Dash(__name__)\napp.callback(background=True)\n" + START,
    "http-client": "import requests\napp = Dash(__name__)\n" + START,
    "flask-server": "app = Dash(__name__)\napp.server.route('/x')\n" + START,
    "multi-server": "app = Dash(__name__)\n" + START + "\n" + START,
    "late-app-change": "app = Dash(__name__)\n" + START + "\napp.layout = None",
    "server-state": RELOADED,
    "test-components": "from dash_test_components import X\napp = Dash(__name__)\n" + START,
    "module:numpy": "import pandas as pd\napp = Dash(__name__)\n" + START,
    "module:other": "import orjson\napp = Dash(__name__)\n" + START,
    "lock": IN_LOCK,
}


@pytest.mark.parametrize(("rule", "body"), BODIES.items(), ids=BODIES)
def test_a_test_that_cannot_be_run_has_a_rule(tmp_path, rule, body):
    assert rule_of(tmp_path, body) == rule


def test_other_tests_can_be_run(tmp_path):
    assert rule_of(tmp_path, "app = Dash(__name__)\n" + START) is None


@pytest.mark.parametrize(
    ("rule", "item"),
    [
        ("skipped-upstream", {"skip": "not now"}),
        ("mcp", {"file": "tests/integration/mcp/test_x.py"}),
        ("server-process", {"fixtures": ["dash_duo_mp"]}),
        ("hot-reload", {"file": "tests/integration/devtools/test_hot_reload.py"}),
        ("module:other", {"params": {"engine": {"literal": "'orjson'", "index": 0}}}),
        ("no-page", {"func": "test_method"}),
    ],
)
def test_what_was_collected_decides(tmp_path, rule, item):
    assert rule_of(tmp_path, "app = Dash(__name__)\n" + START, **item) == rule


def test_tests_with_shared_locks_can_be_run(tmp_path):
    assert rule_of(tmp_path, IN_LOCK, options=RuleOptions(locks="remote")) is None


def test_python_that_waits_for_a_lock_cannot_be_asked(tmp_path):
    remote = RuleOptions(locks="remote")
    assert rule_of(tmp_path, READ_IN_LOCK, options=remote) == "lock-eval"
    reference = RuleOptions(locks="remote", is_reference=True)
    assert rule_of(tmp_path, READ_IN_LOCK, options=reference) is None


def test_packages_that_sites_have_can_be_imported(tmp_path):
    body = "import plotly.express as px\nimport numpy\napp = Dash(__name__)\n" + START
    assert rule_of(tmp_path, body) == "module:numpy"
    available = RuleOptions(available=frozenset({"numpy", "plotly.express"}))
    assert rule_of(tmp_path, body, options=available) is None


def test_modules_of_the_suite_are_followed(tmp_path):
    folder = tmp_path / "tests" / "integration"
    folder.mkdir(parents=True)
    (folder / "helpers.py").write_text("import mimesis\nnames = mimesis.x\nother = 1\n")
    body = "app = Dash({})\n" + START
    head = HEAD + "from helpers import names, other\n"
    assert rule_of(tmp_path, body.format("other"), head + "x = other\n") == "module:other"


def test_every_check_belongs_to_a_rule():
    assert {rule for rule, _ in CHECKS} <= set(RULES)
    assert [rule for rule in RULES if rule in dict(CHECKS)] == [rule for rule, _ in CHECKS]
