"""What .gitignore and .dockerignore leave out."""

import random
import shutil
import subprocess

import pytest

from pyrt_build.project.ignore_files import IgnoreFiles
from tests.support.workspace import write_files

RULES = [
    "*.csv", "!keep.csv", "data/", "!data/x.csv", "/top.txt", "sub/*", "!sub/in/", "**/deep",
    "a?.txt", "[ab].json", "*/", "!sub/", "logs/**/x", r"\#hash", "*.t*", "!*.txt", "sub/in/*.csv",
]  # fmt: skip
FILES = [
    "top.txt", "a.csv", "keep.csv", "data/x.csv", "data/y", "sub/top.txt", "sub/in/k.csv",
    "sub/in/keep.csv", "sub/z", "deep/f", "q/deep/f", "ab.txt", "a.json", "c.json", "logs/1/x",
    "logs/x", "#hash", "m.tsv", "sub/data/x.csv",
]  # fmt: skip


def reasons(root, *paths, entry="app.py"):
    ignored = IgnoreFiles(root, entry)
    return [ignored.reason(where) for where in paths]


@pytest.mark.skipif(not shutil.which("git"), reason="compares with git")
@pytest.mark.parametrize("seed", range(8))
def test_the_rules_leave_out_what_git_leaves_out(tmp_path, seed):
    choose = random.Random(seed)
    nested = choose.sample(RULES, 2)
    rules = choose.sample(RULES, 5)
    write_files(tmp_path, dict.fromkeys(FILES, ""))
    write_files(tmp_path, {".gitignore": "\n".join(rules), "sub/.gitignore": "\n".join(nested)})
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "-z"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    found = [w for w, reason in zip(FILES, reasons(tmp_path, *FILES), strict=True) if reason]
    assert found == [where for where in FILES if where in listed]


def test_the_rule_is_named_with_its_line(tmp_path):
    write_files(
        tmp_path,
        {
            ".gitignore": "# raw data\n\nraw/\n",
            "sub/.gitignore": "*.tmp\n",
            "raw/a": "",
            "sub/b": "",
        },
    )
    assert reasons(tmp_path, "raw/a", "sub/b.tmp", "c.csv") == [
        ".gitignore:3",
        "sub/.gitignore:1",
        "",
    ]


def test_rules_of_docker_are_relative_to_their_folder_and_take_in_again(tmp_path):
    write_files(tmp_path, {".dockerignore": "*.log\ndata\n!data/x.csv\n**/tmp\n"})
    assert reasons(tmp_path, "a.log", "sub/a.log", "data/y.csv", "data/x.csv", "sub/tmp/z") == [
        ".dockerignore:1",
        "",
        ".dockerignore:2",
        "",
        ".dockerignore:4",
    ]


def test_rules_above_the_project_count_up_to_the_repository(tmp_path):
    write_files(
        tmp_path,
        {
            ".gitignore": "*.csv\n",
            "outer/.git/info/exclude": "c.txt\n",
            "outer/.gitignore": "*.tmp\nproject/d.txt\n",
            "outer/project/app.py": "",
        },
    )
    project = tmp_path / "outer" / "project"
    found = reasons(project, "a.csv", "b.tmp", "c.txt", "d.txt")
    assert [reason.rpartition("/")[2] for reason in found] == [
        "",
        ".gitignore:1",
        "exclude:1",
        ".gitignore:2",
    ]


@pytest.mark.parametrize("rules", ["*\n", "project/\n", "/project\n", "app.py\n"])
def test_rules_that_leave_out_the_project_itself_do_not_count(tmp_path, rules):
    """As those of a home folder that is a repository of settings."""
    write_files(tmp_path, {".git/HEAD": "", ".gitignore": rules, "project/app.py": ""})
    assert reasons(tmp_path / "project", "a.csv", "data/b.csv") == ["", ""]


def test_what_cannot_be_read_leaves_nothing_out(tmp_path):
    (tmp_path / ".gitignore").mkdir()
    write_files(tmp_path, {".dockerignore": b"\xff\xfe\0*\0"})
    assert reasons(tmp_path, "a.csv") == [""]
