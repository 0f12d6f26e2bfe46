"""Writes the folder of an app: app.py, the modules it imports and the data beside the test."""

import ast
import re
import shutil
from pathlib import Path

from .app_module import write_app_module
from .plan import Plan
from .source_file import find_module, read_source

SUPPORT = "conf_support.py"
STUBS = Path(__file__).with_name("app_stubs") / SUPPORT
NO_BYTECODE = shutil.ignore_patterns("__pycache__")
PARENT_FOLDER = re.compile(r"'((?:\.\./)+[\w./-]+)'")


def write_app_folder(plan: Plan, folder: Path) -> None:
    """Write the folder; one that exists is replaced.

    Raises:
        UnsplittableError: the app's module cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    module = write_app_module(plan)
    tests = plan.suite / plan.file.folder
    source = _copy_parent_folders(module.source, tests, folder)
    (folder / "app.py").write_text(source, encoding="utf-8")
    shutil.copy(STUBS, folder)
    for name in _all_imported(plan.suite, module.imported_files):
        _copy_module(plan, name, folder)
    for entry in sorted(tests.iterdir()):
        _copy_data(entry, folder)


def _copy_parent_folders(source: str, tests: Path, folder: Path) -> str:
    """Copy folders that are named as `'../../assets'`, and change their names in the source."""
    for name in set(PARENT_FOLDER.findall(source)):
        if (tests / name).is_dir():
            parts = [part for part in name.split("/") if part not in {"..", ""}]
            copied = f"_up_{'_'.join(parts)}"
            shutil.copytree(tests / name, folder / copied, ignore=NO_BYTECODE)
            source = source.replace(f"'{name}'", f"'{copied}'")
    return source


def _all_imported(suite: Path, names: set[str]) -> set[str]:
    """The files, and those of the suite that they import."""
    found: set[str] = set()
    pending = set(names)
    while pending:
        name = pending.pop()
        found.add(name)
        for node in ast.walk(read_source(suite, name).tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                module = find_module(suite, name, node.module, node.level)
                pending |= {module} - found if module else set()
    return found


def _copy_module(plan: Plan, name: str, folder: Path) -> None:
    """Copy a module to its place in the suite and, from the test's folder, beside app.py too."""
    path = Path(name)
    places = {path}
    if path.is_relative_to(plan.file.folder):
        places.add(path.relative_to(plan.file.folder))
    for place in places:
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(plan.suite / path, folder / place)
    for package in list(path.parents)[:-1]:
        if (plan.suite / package / "__init__.py").exists():
            (folder / package).mkdir(parents=True, exist_ok=True)
            shutil.copy(plan.suite / package / "__init__.py", folder / package)


def _copy_data(entry: Path, folder: Path) -> None:
    """Copy assets, pages and the like; no tests and no modules."""
    if entry.name == "__pycache__" or entry.suffix == ".py":
        return
    if not entry.is_dir():
        shutil.copy(entry, folder)
    elif not any(entry.rglob("test_*.py")):
        shutil.copytree(entry, folder / entry.name, dirs_exist_ok=True, ignore=NO_BYTECODE)
