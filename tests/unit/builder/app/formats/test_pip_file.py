"""Requirements files as pip reads them."""

import pytest

from pyrt_build.app.formats.pip_file import read
from pyrt_build.errors import BuildError


@pytest.fixture
def parse(tmp_path):
    def parsed(text, **others):
        for name, content in {"requirements": text, **others}.items():
            (tmp_path / f"{name}.txt").write_text(content)
        return read(tmp_path / "requirements.txt")

    return parsed


def written(declared):
    return [(str(s.requirement), s.origin) for s in declared.requirements]


def test_comments_blank_lines_and_continued_lines(parse):
    declared = parse(
        "# a comment\n\ndash\npandas>=2  # why\nnumpy==2.4.3 \\\n   ; python_version>='3'\n"
    )
    assert written(declared) == [
        ("dash", "requirements.txt:3"),
        ("pandas>=2", "requirements.txt:4"),
        ("numpy==2.4.3", "requirements.txt:5"),
    ]


def test_hashes_belong_to_their_line(parse):
    (found,) = parse(
        "own==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via dash\n"
    ).requirements
    assert found.hashes == {"sha256:aa", "sha256:bb"}
    assert str(found.requirement) == "own==1.0"


def test_other_files_are_included_and_constraints_are_pins(parse):
    declared = parse(
        "-r base.txt\n-cpins.txt\n", base="dash\n-r requirements.txt\n", pins="own==1\n"
    )
    assert written(declared) == [("dash", "base.txt:1")]
    assert [str(s.requirement) for s in declared.pins] == ["own==1"]


def test_a_file_that_is_not_there_is_named_with_its_line(parse):
    with pytest.raises(BuildError, match=r"requirements.txt:2: there is no file more\.txt"):
        parse("dash\n-r more.txt\n")


def test_where_pip_would_look_is_said_and_not_used(parse):
    declared = parse("--extra-index-url https://x.example/simple\n-f links\n--no-cache-dir\ndash\n")
    assert [note.text.split(" is ")[0] for note in declared.notes] == [
        "requirements.txt:1: --extra-index-url",
        "requirements.txt:2: -f",
    ]


@pytest.mark.parametrize(
    ("line", "name", "url"),
    [
        (
            "https://x.example/own-1.0-py3-none-any.whl",
            "own",
            "https://x.example/own-1.0-py3-none-any.whl",
        ),
        ("git+https://x.example/me/own.git@v1", "own", "git+https://x.example/me/own.git@v1"),
        (
            "-e git+https://x.example/me/o.git#egg=own",
            "own",
            "git+https://x.example/me/o.git#egg=own",
        ),
        ("own @ git+https://x.example/me/o.git", "own", "git+https://x.example/me/o.git"),
        ("https://x.example/own-1.0.tar.gz", "own", "https://x.example/own-1.0.tar.gz"),
    ],
)
def test_addresses(parse, line, name, url):
    (found,) = parse(f"{line}\n").requirements
    assert (found.requirement.name, found.requirement.url) == (name, url)


def test_an_address_without_a_name(parse):
    with pytest.raises(BuildError, match=r"requirements.txt:1: .* does not say which package"):
        parse("https://x.example/archive/main.zip\n")


def test_wheels_by_path(parse, tmp_path):
    (tmp_path / "wheels").mkdir()
    for line in ("./wheels/own-1.0-py3-none-any.whl", "wheels/own-1.0-py3-none-any.whl"):
        (found,) = parse(f"{line}\n").requirements
        assert found.requirement.url == (tmp_path / "wheels/own-1.0-py3-none-any.whl").as_uri()


@pytest.mark.parametrize("line", [".", "-e .", "-e ./", "--editable=.[web,extra]"])
def test_the_project_itself(parse, tmp_path, line):
    declared = parse(f"{line}\n")
    assert declared.requirements == ()
    (folder,) = declared.folders
    assert folder.path == tmp_path.resolve()
    assert folder.origin == "requirements.txt:1"
    assert folder.extras == (("web", "extra") if "[" in line else ())


@pytest.mark.parametrize(
    "path",
    [
        "/home/conda/feedstock_root/build_artifacts/own_1700000000000/work",
        "/D:/bld/own_1700000000000/work",
        "/croot/own_1680000000000/work/dist/own-1.0-py3-none-any.whl",
    ],
)
def test_paths_of_another_machine_in_conda_are_said(parse, path):
    declared = parse(f"own @ file://{path}\n")
    assert written(declared) == [("own", "requirements.txt:1")]
    (note,) = declared.notes
    assert "own (requirements.txt:1): a path of the machine" in note.text


@pytest.mark.parametrize("line", ["./libs/own-1.0.tar.gz", "libs/own-1.0.zip", "-e ./own"])
def test_a_path_in_the_project_that_is_not_there_is_a_problem(parse, line):
    """The package index is not asked for the name in its place."""
    with pytest.raises(BuildError, match=r"requirements\.txt:1: there is no file or folder "):
        parse(f"{line}\n")


@pytest.mark.parametrize(
    "folder", ["/C:/Users/me/Downloads", "/Users/nobody-here/x", "/home/nobody-here/my%20wheels"]
)
def test_a_wheel_on_the_machine_of_another_says_its_version(parse, folder):
    declared = parse(f"own @ file://{folder}/own-4.9.0-py3-none-any.whl\n")
    assert written(declared) == [("own==4.9.0", "requirements.txt:1")]
    (note,) = declared.notes
    assert "own-4.9.0-py3-none-any.whl is on another machine; own 4.9.0, which" in note.text
