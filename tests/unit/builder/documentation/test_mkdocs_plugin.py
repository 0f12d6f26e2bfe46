"""The plugin in a build of MkDocs; the examples are not started."""

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, ConfigurationError

BLOCK = "```python pyrt {}\na = 1\n```\n"


@pytest.fixture
def mkdocs(builds, tmp_path):
    """Build a documentation of some pages; gives the folder of its site."""
    (tmp_path / "docs").mkdir()

    def run(pages, *, strict=False, **options):
        for name, text in pages.items():
            path = tmp_path / "docs" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        config = tmp_path / "mkdocs.yml"
        given = "".join(f"      {name}: {value}\n" for name, value in options.items())
        config.write_text(
            f"site_name: x\nmarkdown_extensions: [fenced_code]\nplugins:\n  - pyrt:\n{given}"
        )
        build(load_config(str(config), strict=strict))
        return tmp_path / "site"

    return run


def test_a_code_block_is_shown_with_its_app(mkdocs, builds):
    site = mkdocs({"index.md": "# A\n\n" + BLOCK.format("name=one") + BLOCK.format("hide-code")})
    page = (site / "index.html").read_text()
    assert page.count("pyrt-apps/pyrt-app.js") == 1
    assert '<pyrt-app id="pyrt-one" src="pyrt-apps/one/"' in page
    assert 'src="pyrt-apps/index-2/"' in page
    assert page.count("a = 1") == 1
    assert 'class="language-python"' in page
    assert (site / "pyrt-apps" / "one" / "index.html").is_file()
    assert (site / "pyrt-apps" / "pyrt-app.js").is_file()
    assert builds.made == ["a = 1\n"] * 2


def test_pages_in_folders_lead_to_the_same_apps(mkdocs):
    site = mkdocs({"index.md": "# A", "b/c.md": BLOCK.format("name=one")})
    page = (site / "b" / "c" / "index.html").read_text()
    assert 'src="../../pyrt-apps/one/"' in page


def test_a_file_is_shown_and_built(mkdocs, tmp_path, builds):
    (tmp_path / "docs").mkdir(exist_ok=True)
    (tmp_path / "docs" / "own.py").write_text("b = '```'\n")
    site = mkdocs({"index.md": "```python pyrt file=own.py name=one\n```\n"})
    assert "b = '```'" in (site / "index.html").read_text()
    assert builds.made == ["b = '```'\n"]


def test_what_is_wrong_is_told_with_lines_of_the_files_and_nothing_is_written(
    mkdocs, tmp_path, caplog
):
    first = "---\ntitle: A\n---\n\n# A\n\n```python pyrt name=one\na = = 1\n```\n"
    second = BLOCK.format("name=one") + "\n" + BLOCK.format("hight=3") + BLOCK.format("title='x")
    with pytest.raises(Abort):
        mkdocs({"index.md": first, "b.md": second})
    told = caplog.text
    assert "index.md:8 (one): The code is no Python: index.md:8: invalid syntax." in told
    assert "index.md:8 (one): There is an example of that name at b.md:2, too." in told
    assert "b.md:5: There is no option hight." in told
    assert 'b.md:8: The options "title=\'x" cannot be read' in told
    assert not (tmp_path / "site" / "pyrt-apps").exists()
    assert not (tmp_path / "site" / "index.html").exists()


def test_warnings_of_an_app_end_a_strict_build(mkdocs):
    pages = {"index.md": "```python pyrt name=one\na # slow\n```\n"}
    mkdocs(pages)
    with pytest.raises(Abort, match=r"1 warnings? in strict mode"):
        mkdocs(pages, strict=True)


def test_options_that_do_not_exist_are_an_error(mkdocs):
    with pytest.raises((Abort, ConfigurationError)):
        mkdocs({"index.md": "# A"}, rehearsal="sometimes")


def test_pages_without_examples_have_nothing_of_pyrt(mkdocs):
    site = mkdocs({"index.md": "# A\n\n```python\nb = 1\n```\n"})
    assert "pyrt" not in (site / "index.html").read_text()
    assert not (site / "pyrt-apps").exists()
