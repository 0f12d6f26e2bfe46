"""The import contracts of pyproject.toml bind: each forbidden import, added to the graph, is found.

The graph is that of the sources. An import is added in memory, the contract is checked as
`lint-imports` does it, and the import is removed again.
"""

import sys
from itertools import product

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

from tests.support.paths import ROOT

CONFIGURATION = read_configuration(str(ROOT / "pyproject.toml"))
PACKAGES = ["pyrt", "pyrt_build", "dash"]


def contracts(kind, contract_class):
    return {
        options["name"]: contract_class(options["name"], {"root_packages": PACKAGES}, options)
        for options in CONFIGURATION["contracts_options"]
        if options["type"] == kind
    }


LAYERS = contracts("layers", LayersContract)
FORBIDDEN = contracts("forbidden", ForbiddenContract)


def boundaries(contract):
    """Each pair of modules of which the first may not import the second."""
    (container,) = (str(each.expression) for each in contract.containers)
    levels = {
        f"{container}.{tail.name}": level
        for level, layer in enumerate(contract.layers)
        for tail in layer.module_tails
    }
    for importer, imported in product(sorted(levels), repeat=2):
        if importer != imported and levels[importer] >= levels[imported]:
            yield importer, imported


BOUNDARIES = [(name, *pair) for name, made in LAYERS.items() for pair in boundaries(made)]


@pytest.fixture(scope="module")
def graph():
    """The imports of all three packages; each test leaves it as it was."""
    folders = [str(ROOT), str(ROOT / "build"), str(ROOT / "pyrt" / "compat")]
    sys.path[:0] = folders
    yield grimp.build_graph(*PACKAGES, cache_dir=None)
    del sys.path[: len(folders)]


def is_broken_by(contract, graph, importer, imported):
    graph.add_import(importer=importer, imported=imported)
    try:
        return not contract.check(graph, verbose=False).kept
    finally:
        graph.remove_import(importer=importer, imported=imported)


def innermost(graph, module):
    """A module inside a package, or the module itself."""
    return min(graph.find_descendants(module), default=module)


def test_at_least_35_boundaries_are_known():
    assert len(BOUNDARIES) >= 35
    assert {name.split(".")[0].split(":")[0] for name in LAYERS} == {"pyrt", "pyrt_build"}


def test_no_contract_has_exceptions():
    for options in CONFIGURATION["contracts_options"]:
        assert "ignore_imports" not in options


@pytest.mark.parametrize("name", [*LAYERS, *FORBIDDEN])
def test_the_sources_keep_each_contract(graph, name):
    assert (LAYERS | FORBIDDEN)[name].check(graph, verbose=False).kept


@pytest.mark.parametrize(
    ("name", "importer", "imported"), BOUNDARIES, ids=lambda text: str(text).replace(" ", "-")
)
def test_a_forbidden_import_is_found(graph, name, importer, imported):
    pair = innermost(graph, importer), innermost(graph, imported)
    assert is_broken_by(LAYERS[name], graph, *pair)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_an_import_that_no_layer_may_make_is_found(graph, name):
    contract = FORBIDDEN[name]
    for source, target in product(contract.source_modules, contract.forbidden_modules):
        pair = innermost(graph, str(source.expression)), innermost(graph, str(target.expression))
        assert is_broken_by(contract, graph, *pair)


def test_an_allowed_import_breaks_nothing(graph):
    contract = LAYERS["pyrt.engine"]
    assert not is_broken_by(contract, graph, "pyrt.engine.session", "pyrt.engine.tree.layout")
    assert contract.check(graph, verbose=False).kept
