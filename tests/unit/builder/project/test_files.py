"""The files of a project, and which of them travel."""

import os
import socket

import pytest

from pyrt_build.project.files import Choice, Tree, Wishes, names_file, size_notes
from pyrt_build.project.ignore_files import IgnoreFiles
from tests.support.workspace import write_files


def judge(folder, files, strings=(), **more):
    """The paths that travel, and what is said of others."""
    write_files(folder, dict.fromkeys(files, "x"))
    wishes = {name: more.pop(name) for name in ("include", "exclude", "allowed") if name in more}
    tree = Tree(folder, more.pop("more", ()))
    choice = Choice(tree, strings, wishes=Wishes(**wishes), **more)
    verdicts = {where: choice.judge(where) for where in Tree(folder, ["build"]).sizes}
    travelling = [where for where, verdict in verdicts.items() if verdict.travels]
    said = {w: v.reason for w, v in verdicts.items() if v.is_said and not v.travels}
    return travelling, said


def test_folders_that_never_travel_are_not_entered(tmp_path):
    files = {
        "app.py": "",
        "node_modules/a.js": "",
        ".git/HEAD": "",
        "build/x.csv": "",
        "venv311/pyvenv.cfg": "",
        "venv311/lib/x.py": "",
        "site/pyrt-lock.json": "",
        "conda/conda-meta/history": "",
        "a b/ü.csv": "",
    }
    write_files(tmp_path, files)
    assert list(Tree(tmp_path).sizes) == ["a b/ü.csv", "app.py"]
    assert "build/x.csv" in Tree(tmp_path, ["build"]).sizes


def test_empty_folders_are_found_at_the_top_of_what_is_empty(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    write_files(tmp_path, {"c/x": "", "d/e/.gitkeep": ""})
    assert Tree(tmp_path).empty == ["a/b", "a"]


def test_links_out_of_the_folder_and_in_a_circle_are_not_followed(tmp_path):
    write_files(tmp_path, {"p/data/x.csv": "", "other/y.csv": ""})
    (tmp_path / "p" / "out").symlink_to(tmp_path / "other")
    (tmp_path / "p" / "data" / "self").symlink_to(tmp_path / "p")
    (tmp_path / "p" / "again").symlink_to(tmp_path / "p" / "data")
    tree = Tree(tmp_path / "p")
    assert list(tree.sizes) == ["again/x.csv", "data/x.csv"]
    assert tree.unusable == {
        "again/self": "a link to a folder that it is in",
        "data/self": "a link to a folder that it is in",
        "out": "a link that leads out of the project",
    }
    assert tree.real("again/x.csv") == "data/x.csv"


def test_what_is_no_file_is_named_and_never_opened(tmp_path):
    (tmp_path / "nothing.csv").symlink_to(tmp_path / "gone")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    os.mkfifo(tmp_path / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.sock"))
    (tmp_path / "null.csv").symlink_to("/dev/null")
    os.mknod(os.fsencode(tmp_path) + b"/caf\xe9.csv")
    tree = Tree(tmp_path)
    assert tree.sizes == {}
    assert tree.unusable == {
        "nothing.csv": "a link to nothing",
        "a": "cannot be read: Too many levels of symbolic links",
        "b": "cannot be read: Too many levels of symbolic links",
        "pipe.csv": "a pipe",
        "s.sock": "a socket",
        "null.csv": "a device",
        "caf\\udce9.csv": "its name is not UTF-8",
    }


def test_two_folders_with_links_to_each_other_end(tmp_path):
    write_files(tmp_path, {"x/1.csv": "", "y/2.csv": ""})
    (tmp_path / "x" / "to").symlink_to(tmp_path / "y")
    (tmp_path / "y" / "to").symlink_to(tmp_path / "x")
    tree = Tree(tmp_path)
    assert list(tree.sizes) == ["x/1.csv", "x/to/2.csv", "y/2.csv", "y/to/1.csv"]
    assert tree.real("x/to/2.csv") == "y/2.csv"


def test_a_link_is_judged_by_what_it_leads_to(tmp_path):
    write_files(tmp_path, {"server.pem": "", "secrets/a.csv": "", "plain.csv": ""})
    (tmp_path / "data.csv").symlink_to(tmp_path / "server.pem")
    (tmp_path / "more").symlink_to(tmp_path / "secrets")
    (tmp_path / "same.csv").symlink_to(tmp_path / "plain.csv")
    travelling, said = judge(tmp_path, [], ["data.csv"])
    assert travelling == ["plain.csv", "same.csv"]
    assert sorted(said) == ["data.csv", "more/a.csv", "secrets/a.csv", "server.pem"]


def test_what_gitignore_leaves_out_travels_only_if_the_app_names_it(tmp_path):
    files = ["raw/a.csv", "raw/b.csv", "named.csv", "plain.csv", "assets/big.png"]
    write_files(tmp_path, {".gitignore": "raw/\nnamed.csv\n*.png\n", "app.py": ""})
    ignored = IgnoreFiles(tmp_path, "app.py")
    travelling, said = judge(tmp_path, files, ["named.csv"], ignored=ignored)
    assert travelling == ["named.csv", "plain.csv"]
    assert said == {
        "raw/a.csv": ".gitignore:1 leaves it out",
        "raw/b.csv": ".gitignore:1 leaves it out",
        "assets/big.png": ".gitignore:3 leaves it out",
    }


@pytest.mark.parametrize(
    ("wishes", "travels"),
    [
        ({}, False),
        ({"include": ["*.pem"]}, False),
        ({"allowed": ["a.pem"]}, False),
        ({"include": ["*.pem"], "allowed": ["a.pem"]}, True),
    ],
)
def test_a_file_with_the_name_of_a_secret_has_to_be_named_twice(tmp_path, wishes, travels):
    travelling, _ = judge(tmp_path, ["a.pem", "b.pem"], ["a.pem"], **wishes)
    assert travelling == (["a.pem"] if travels else [])


@pytest.mark.parametrize("name", [".env", ".env.local", "key.pem", "secrets.toml", "id_rsa"])
def test_secrets_never_travel(tmp_path, name):
    travelling, reasons = judge(tmp_path, [name, "a.csv"], [name], include=[name])
    assert travelling == ["a.csv"]
    assert list(reasons) == [name]
    assert reasons[name].startswith("may hold a secret")


def test_files_of_tools_travel_only_if_they_are_named(tmp_path):
    tools = ["Dockerfile", "requirements-dev.txt", "requirements/prod.txt", "uv.lock", "a.ipynb"]
    files = [*tools, "environment.yml", "Procfile", "data.csv"]
    assert judge(tmp_path, files)[0] == ["data.csv"]
    assert judge(tmp_path, files, ["./environment.yml"])[0] == ["data.csv", "environment.yml"]


def test_files_of_tests_and_pictures_of_documents_travel_only_if_they_are_named(tmp_path):
    write_files(tmp_path, {"README.md": "![x](docs/a.png) <img src='shot.png'>"})
    files = ["docs/a.png", "docs/guide.md", "shot.png", "logo.png", "tests/data/x.csv"]
    travelling, reasons = judge(tmp_path, files)
    assert travelling == ["README.md", "docs/guide.md", "logo.png"]
    assert reasons == {
        "docs/a.png": "a picture of the documentation",
        "shot.png": "a picture of the documentation",
        "tests/data/x.csv": "for tests",
    }
    assert judge(tmp_path, files, ["shot.png", "tests/data"])[0] == [
        "README.md",
        "docs/guide.md",
        "logo.png",
        "shot.png",
        "tests/data/x.csv",
    ]


def test_assets_travel_whatever_their_names(tmp_path):
    files = ["assets/a.py", "assets/docs/b.png", "assets/test/c.js", "assets/.DS_Store"]
    assert judge(tmp_path, files)[0] == files[:3]


def test_outside_of_the_core_only_what_is_named_travels(tmp_path):
    files = ["web/x.csv", "data/named.csv", "data/other.csv", "huge.bin"]
    assert judge(tmp_path, files, ["../data/named.csv"], core="web") == (
        ["data/named.csv", "web/x.csv"],
        {},
    )


def test_patterns_of_the_settings(tmp_path):
    files = ["plugins/a.py", "raw/b.csv", "raw/keep.csv", "tests/c.csv", ".hidden"]
    include = ["plugins/*.py", "tests/", ".hidden"]
    travelling, reasons = judge(
        tmp_path, files, include=include, exclude=["raw/*", "!raw/keep.csv"]
    )
    assert travelling == [".hidden", "plugins/a.py", "raw/keep.csv", "tests/c.csv"]
    assert reasons == {"raw/b.csv": "exclude in [tool.pyrt]"}


@pytest.mark.parametrize(
    ("text", "where", "named"),
    [
        ("data/a.csv", "data/a.csv", True),
        ("a.csv", "data/a.csv", True),
        ("data", "data/a.csv", True),
        ("../shared/a", "shared/a/b.csv", True),
        (r"data\a.csv", "data/a.csv", True),
        ("other", "data/a.csv", False),
        (".", "data/a.csv", False),
        ("", "data/a.csv", False),
    ],
)
def test_strings_that_name_a_file(text, where, named):
    assert names_file([text], where) is named


def test_notes_about_sizes():
    megabyte = 2**20
    assert list(size_notes({"a": megabyte})) == []
    (large,) = size_notes({"a": 60 * megabyte, "b": 1})
    assert large.startswith("1 of the app's files has more than 50 MB; the largest: a 60.0 MB, b")
    (many,) = size_notes({f"f{n}": 40 * megabyte for n in range(6)})
    assert many.startswith("the app's files are 240 MB in 6 files, more than a page should load")
    assert many.count("40.0 MB") == 5, "the five largest"


def test_an_app_in_a_single_file_is_no_data_of_the_next_build(tmp_path):
    write_files(
        tmp_path,
        {
            "app.html": "<!DOCTYPE html>\n<html data-pyrt-single-file data-root='x'>",
            "page.html": "<!DOCTYPE html>\n<html>",
        },
    )
    choice = Choice(Tree(tmp_path), [])
    assert [choice.judge(name).travels for name in ("app.html", "page.html")] == [False, True]
