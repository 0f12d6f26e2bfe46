"""The levels in docs/architecture.md are the levels of the import checks."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.support.repository import read

ARCHITECTURE = read(Path("docs/architecture.md"))
CONTRACTS = {
    contract["containers"][0]: contract
    for contract in tomllib.loads(read(Path("pyproject.toml")))["tool"]["importlinter"]["contracts"]
    if contract["type"] == "layers"
}


def drawn(heading):
    """The levels of the table below a heading, each a set of names."""
    section = re.split(r"^#+ ", ARCHITECTURE, flags=re.MULTILINE)
    (text,) = (part for part in section if re.match(rf"{re.escape(heading)}\b(?!\.)", part))
    cells = re.findall(r"^\| (`[^|]*?(?:\\\|[^|]*?)*) \| ", text, re.MULTILINE)
    return [set(re.findall(r"`(\w+)`", cell)) for cell in cells]


@pytest.mark.parametrize("package", ["pyrt", "pyrt.engine", "pyrt_build"])
def test_levels_of_python(package):
    layers = CONTRACTS[package]["layers"]
    assert drawn(package) == [set(re.split(r" [|:] ", layer)) for layer in layers]


def test_levels_of_the_page():
    source = read(Path("web/test/layers.test.ts"))
    table = re.search(r"const layers[^=]*= \[(.*?)\n\];", source, re.DOTALL)
    assert table
    layers = re.findall(r"\[([^\]]*)\]", table[1])
    assert drawn("web/src") == [set(re.findall(r'"(\w+)"', layer)) for layer in layers]
