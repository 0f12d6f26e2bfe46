"""The program for Quarto and pandoc; the filter itself, with pandoc: tests/builder."""

import pytest
from click.testing import CliRunner

from pyrt_build.documentation.quarto import main

PAGE = """# A

``` {{.python .pyrt name={name} height=300}}
a = 1
```

{{{{< pyrt file=own.py name={name}-file hide-code >}}}}

{{{{{{< pyrt file=gone.py name=text >}}}}}}
"""


@pytest.fixture
def project(builds, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "_site").mkdir()
    (tmp_path / "sub" / "own.py").write_text("b = 1\n")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_the_examples_of_all_pages_of_a_project_are_built(project, builds):
    (project / "index.qmd").write_text("# A\n")
    (project / "sub" / "a.qmd").write_text(PAGE.format(name="one"))
    (project / "_site" / "b.md").write_text(PAGE.format(name="two"))
    assert run("build", "--compression", "fast").exit_code == 0
    apps = project / "pyrt-apps"
    assert {path.name for path in apps.iterdir() if path.is_dir()} == {"one", "one-file", "pyrt"}
    assert builds.made == ["a = 1\n", "b = 1\n"]


def test_pages_and_the_folder_may_be_named(project):
    (project / "a.md").write_text(PAGE.format(name="one").partition("{{<")[0])
    assert run("build", "a.md", "-o", "site/apps").exit_code == 0
    assert (project / "site" / "apps" / "one" / "index.html").is_file()


def test_what_is_wrong_is_told_at_once(project):
    text = PAGE.format(name="one").replace("a = 1", "a = =").replace("name=one-file", "")
    (project / "a.md").write_text(text)
    done = run("build", "a.md", "gone.md")
    assert done.exit_code == 1
    assert "gone.md: it cannot be read" in done.output
    assert "a.md:4 (one): The code is no Python: a.md:4: invalid syntax." in done.output
    assert "a.md:7: An example needs a name here, as in name=clock." in done.output
    assert not (project / "pyrt-apps").exists()


def test_warnings_are_written(project):
    (project / "a.md").write_text(PAGE.format(name="one").replace("a = 1", "a # slow"))
    (project / "own.py").write_text("b = 1\n")
    done = run("build", "a.md")
    assert "warning: a.md:4 (one): PB302" in done.output
    assert done.exit_code == 0


def test_the_extension_is_written_into_a_project(project):
    assert run("add").exit_code == 0
    files = {path.name for path in (project / "_extensions" / "pyrt").iterdir()}
    assert files == {"_extension.yml", "pyrt.lua", "shortcode.lua"}
