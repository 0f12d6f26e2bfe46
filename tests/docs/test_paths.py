"""Files and functions that the pages in docs/ name are there."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.repository import read, tracked

RULES = {"callback-semantics.md", "renderer-contract.md"}  # they name files of Dash
PAGES = [
    Path("CONTRIBUTING.md"),
    *(path for path in tracked() if path.match("docs/*.md") and path.name not in RULES),
]
# Made by `make setup`.
GENERATED = {"pyrt/registry.json", "build/pyrt_build/static"}

FILES_AND_FOLDERS = {str(path) for file in tracked() for path in (file, *file.parents)}

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SITE_FILE = re.compile(
    r"^/?pyrt/[\w.]+-|^pyrt/compiled$"
)  # pyrt/page-<hash>.js and others, in a site
FOLDERS = "pyrt|build/pyrt_build|web|tests|tools|docs|benchmarks|examples"
NAMED = re.compile(rf"(?<![\w/.<-])(?:{FOLDERS})/[\w./-]*\w(?![\w<-])")
CODE = re.compile(r"`([^`\n]+)`")
NAME = re.compile(r"#?[A-Za-z_][\w.]*")
FUNCTION_IN = re.compile(r"`(#?[A-Za-z_]\w*)` in `([\w./-]+\.\w+)`")
IN_WEB = re.compile(r"`cd web && ([^`\n]+)`")  # a command whose paths are relative to web/
TEST_FILE = re.compile(r"(?<!\S)[\w./-]+\.tsx?\b")

# How a name is defined; `{name}` is the name. A field and a method count, an import does not.
DEFINITIONS = {
    ".py": [r"(?:def|class|type) {name}\b", r"^ *{name}(?:: .+)?(?: =|$)", r"\b{name} = "],
    ".ts": [
        r"(?:function\*?|class|interface|type|const|let|enum) {name}(?!\w)",
        r"^ *(?:(?:private|readonly|static|async|override|get|set) )*{name}(?:<.*>)?\(.*\{{$",
        r"^  (?:async )?{name}(?:<.*>)?\($",
        r"^ *(?:(?:private|readonly|static|override) )*{name}\??(?:: .+| = .+)",
    ],
}
DEFINITIONS[".tsx"] = DEFINITIONS[".ts"]
# What a step of a table may name although its file only uses it: messages, and names of others.
MESSAGES = set(
    re.findall(r"^class (\w+)", read(Path("pyrt/engine/wire/messages.py")), re.MULTILINE)
)
OF_OTHERS = {"flushSync", "onmessage", "postMessage"}


def paths(page, text):
    """The paths of this repository that a page names."""
    if page.name == "site-format.md":
        text = FENCE.sub("", text)
    commands = [name for line in IN_WEB.findall(text) for name in TEST_FILE.findall(line)]
    return set(NAMED.findall(text)) | {f"web/{name}" for name in commands}


def functions(text):
    """Pairs of a file and a name that it is said to hold.

    By "`name` in `file`", or by a row of a table with a file in one cell and names in the next.
    """
    pairs = {(path, name) for name, path in FUNCTION_IN.findall(text)}
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)] if line[:1] == "|" else []
        for cell, following in pairwise(cells):
            if re.fullmatch(rf"`(?:{FOLDERS})/[\w./-]+\.\w+`", cell):
                names = [code for code in CODE.findall(following) if NAME.fullmatch(code)]
                pairs |= {(cell.strip("`"), name) for name in names if "." not in name.strip(".")}
    return pairs


def defines(path, name):
    """Whether a file defines a name; contains it, if it is a message or in another language."""
    used = [r"(?<!\w){name}\b"]
    is_used = name in MESSAGES | OF_OTHERS
    patterns = used if is_used else DEFINITIONS.get(Path(path).suffix, used)
    text = read(Path(path))
    return any(
        re.search(pattern.format(name=re.escape(name)), text, re.MULTILINE) for pattern in patterns
    )


def is_there(path):
    """Whether a path is a file or a folder of the repository, or is generated."""
    return path in GENERATED or path in FILES_AND_FOLDERS


@pytest.mark.parametrize("markdown", PAGES, ids=str)
def test_paths_that_a_page_names_exist(markdown):
    assert [path for path in sorted(paths(markdown, read(markdown))) if not is_there(path)] == []


@pytest.mark.parametrize("markdown", PAGES, ids=str)
def test_functions_that_a_page_names_are_defined_in_that_file(markdown):
    missing = [
        f"{path}: {name}"
        for path, name in sorted(functions(read(markdown)))
        if not (is_there(path) and defines(path, name))
    ]
    assert missing == []


def test_what_is_missing_is_found():
    text = "`pyrt/gone.py`, `pyrt/page-<hash>.js`, `pyrt/registry.json`, see tests/docs/."
    assert {path for path in paths(Path("a.md"), text) if not is_there(path)} == {"pyrt/gone.py"}
    text = "| 1 | `pyrt/worker.py` | `boot`, not `S-1`; a call `x.y` |\n`nope` in `pyrt/worker.py`"
    assert functions(text) == {("pyrt/worker.py", "boot"), ("pyrt/worker.py", "nope")}
    assert paths(Path("a.md"), "`cd web && npx vitest run test/gone.ts`") == {"web/test/gone.ts"}


def test_a_name_that_is_only_used_in_a_file_is_not_defined_there():
    assert defines("build/pyrt_build/app/config.py", "SiteConfig")
    assert not defines("build/pyrt_build/app/requirements.py", "SiteConfig")
    assert defines("web/src/session/page.ts", "#edit")
    assert not defines("web/src/session/page.ts", "Outbox")


@pytest.mark.parametrize(
    ("markdown", "folder"),
    [
        ("pyrt/README.md", "pyrt"),
        ("web/README.md", "web/src"),
        ("build/README.md", "build/pyrt_build"),
        ("tests/README.md", "tests"),
    ],
)
def test_the_readme_of_a_folder_names_its_subfolders(markdown, folder):
    below = (path.relative_to(folder).parts for path in tracked() if path.is_relative_to(folder))
    names = {parts[0] for parts in below if len(parts) > 1}
    text = read(Path(markdown))
    assert [name for name in sorted(names) if f"`{name}/`" not in text] == []


FOLDER_ROW = re.compile(r"^\| `([\w/]+/)` \|(.*)$", re.MULTILINE)
CODE_FILE = re.compile(r"`((?:[\w]+/)*\w+\.(?:py|tsx?))`")


def missing_in_rows(text, root):
    """Files that the row of a folder names, and that are nowhere below the root.

    A row names files of its folder, or of a neighbour with the name of that.
    """
    known = [path for path in FILES_AND_FOLDERS if path.startswith(f"{root}/")]
    return [
        f"{folder}: {name}"
        for folder, meaning in FOLDER_ROW.findall(text)
        for name in CODE_FILE.findall(meaning)
        if f"{root}/{folder}{name}" not in known and f"{root}/{name}" not in known
    ]


@pytest.mark.parametrize(
    ("markdown", "root"),
    [
        ("pyrt/README.md", "pyrt"),
        ("web/README.md", "web/src"),
        ("build/README.md", "build/pyrt_build"),
    ],
)
def test_files_that_the_row_of_a_folder_names_exist(markdown, root):
    text = read(Path(markdown))
    assert CODE_FILE.search(text)
    assert missing_in_rows(text, root) == []


def test_a_file_that_is_not_in_its_folder_is_found():
    row = "| `app/` | begin with `constructor.py`, then `dash.py` |"
    assert missing_in_rows(row, "pyrt") == ["app/: constructor.py"]
