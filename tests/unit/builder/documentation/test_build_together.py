"""All examples together: the packages of all, one snapshot, and all errors at once."""

import pytest

from pyrt_build.documentation.build_together import Options, build_together
from pyrt_build.documentation.example import DocumentationError, Example
from pyrt_build.site.manifest import read_manifest

FAST = Options(compression="fast")


def example(name, source="a = 1\n", **more):
    return Example(name, "a.md", 10, source, **more)


def test_examples_share_all_but_their_own(builds):
    built = build_together([example("one", "a = 1\n"), example("two", "b = 2\n")], FAST)
    shared = [path for path in built.files if "/" not in path or path.startswith("pyrt/")]
    assert "pyrt-app.js" in shared
    # One interpreter and one snapshot; packages in two parts: what either needs, and the rest.
    kinds = sorted(path.split("/")[1].split("-")[0] for path in shared if path.startswith("pyrt/"))
    assert kinds == ["interpreter", "packages", "packages", "page", "snapshot"]
    assert {path.split("/")[0] for path in built.files} - {"pyrt", "pyrt-app.js"} == {
        "LICENSES.txt",
        "one",
        "two",
    }
    assert built.warnings == []
    assert builds.prepared == builds.made == ["a = 1\n", "b = 2\n"]


def test_each_gets_the_packages_of_all_and_the_snapshot_has_their_imports(builds):
    one = example("one", "import plotly\n", packages=["plotly==6"])
    two = example("two", "import numpy\n", packages=["numpy==2", "plotly==6"])
    build_together([one, two], FAST)
    assert builds.packages == [["numpy==2", "plotly==6"]] * 2
    assert builds.named == [["numpy", "plotly"]] * 2


def test_a_snapshot_that_one_example_has_changed_is_taken_for_all(builds):
    built = build_together([example("one", "a\n"), example("two", "b # late\n")], FAST)
    assert [text for text in builds.made if text != "late"] == ["a\n", "b # late\n"] * 2
    assert len([path for path in built.files if "snapshot-" in path]) == 1


def test_a_file_is_built_where_it_is_and_is_told_as_read(builds, tmp_path):
    (tmp_path / "own.py").write_text("a = 1\n")
    (tmp_path / "data.csv").write_text("1")
    built = build_together([Example("one", "a.md", 3, file=tmp_path / "own.py")], FAST)
    assert built.read == [tmp_path / "data.csv", tmp_path / "own.py"]
    assert build_together([example("one")], FAST).read == []


def test_warnings_have_the_place_of_the_example(builds):
    built = build_together([example("one", "a # slow\n")], FAST)
    assert built.warnings == ["a.md:10 (one): PB302: a.md:10 is slow"]


def test_what_is_wrong_is_told_of_all_examples_at_once(builds, tmp_path):
    examples = [
        example("one", "a = = 1\n"),
        example("two", "x\n# no wheel\n"),
        example("three", "y\n# fails\n"),
        example("three", "z\n"),
        Example("four", "b.md", 3, file=tmp_path / "gone.py"),
        example("five", "a\n", packages=["numpy==1"]),
        example("six", "a\n", packages=["numpy==2"]),
    ]
    with pytest.raises(DocumentationError) as error:
        build_together(examples, FAST, ["c.md:1: There is no option x."])
    told = str(error.value).split("\n\n")
    assert [text.partition(" ")[0] for text in told] == [
        "c.md:1:",
        "a.md:10",
        "a.md:10",
        "b.md:3",
        "a.md:10",
        "a.md:10",
        "a.md:10",
    ]
    assert "(one): The code is no Python: a.md:10: invalid syntax." in told[1]
    assert "(three): There is an example of that name at a.md:10" in told[2]
    assert "(four): There is no file" in told[3]
    assert told[4] == ("a.md:10 (two): a.md: a.md:11 needs nothere (the option `packages`)")
    assert "(six): This needs numpy 2, and the example at a.md:10 1." in told[5]
    assert told[6].endswith(
        '(three): The app does not start: File "a.md", line 11, in <module>\n'
        "With the option `rehearsal: skip` it is built all the same."
    )


def test_pages_lead_to_the_shared_folder(builds):
    built = build_together([example("one")], FAST)
    manifest = read_manifest({"index.html": built.files["one/index.html"]})
    assert manifest["page"] == "../pyrt/page-0.js"
