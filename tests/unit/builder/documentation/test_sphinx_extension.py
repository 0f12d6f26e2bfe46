"""The extension in a build of Sphinx; the examples are not started."""

import io

import pytest
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace, patch_docutils

DIRECTIVE = """
.. pyrt-app::
   :name: {name}
   :height: 300

   a = 1
"""


@pytest.fixture
def warnings():
    """What the last build has warned of."""
    return io.StringIO()


@pytest.fixture
def sphinx(builds, tmp_path, warnings):
    """Build a documentation of some pages; gives the folder of its site."""
    source = tmp_path / "docs"
    source.mkdir()
    (source / "conf.py").write_text('extensions = ["pyrt_build.documentation.sphinx_extension"]\n')

    def run(pages, builder="html", **options):
        for name, text in pages.items():
            (source / name).parent.mkdir(exist_ok=True)
            (source / name).write_text(text)
        out = tmp_path / builder
        warnings.seek(0)
        warnings.truncate()
        with docutils_namespace(), patch_docutils():
            app = Sphinx(
                source,
                source,
                out,
                tmp_path / "doctrees",
                builder,
                confoverrides={"pyrt_compression": "fast"},
                status=None,
                warning=warnings,
                **options,
            )
            app.build()
        return out

    return run


def index(*texts, toc=()):
    toctree = "\n.. toctree::\n\n" + "".join(f"   {name}\n" for name in toc) if toc else ""
    return "Title\n=====\n" + "".join(texts) + toctree


def test_a_directive_is_shown_with_its_app(sphinx, builds, warnings):
    site = sphinx({"index.rst": index(DIRECTIVE.format(name="one"), DIRECTIVE.format(name="two"))})
    page = (site / "index.html").read_text()
    assert page.count("pyrt-apps/pyrt-app.js") == 1
    assert '<pyrt-app id="pyrt-one" src="pyrt-apps/one/" height="300"' in page
    assert "highlight-python" in page
    assert (site / "pyrt-apps" / "two" / "index.html").is_file()
    assert builds.made == ["a = 1\n"] * 2
    assert warnings.getvalue() == ""


def test_pages_in_folders_and_folders_of_pages_lead_to_the_same_apps(sphinx):
    pages = {"index.rst": index(toc=["b/c"]), "b/c.rst": index(DIRECTIVE.format(name="one"))}
    assert 'src="../pyrt-apps/one/"' in (sphinx(pages) / "b" / "c.html").read_text()
    page = (sphinx(pages, "dirhtml") / "b" / "c" / "index.html").read_text()
    assert 'src="../../pyrt-apps/one/"' in page


def test_a_file_is_shown_and_built_again_when_it_has_changed(sphinx, tmp_path, builds):
    (tmp_path / "docs" / "own.py").write_text("b = 1\n")
    pages = {"index.rst": index("\n.. pyrt-app:: own.py\n   :name: one\n")}
    site = sphinx(pages)
    assert ">b</span>" in (site / "index.html").read_text()
    (tmp_path / "docs" / "own.py").write_text("c = 1\n")
    assert ">c</span>" in (sphinx(pages) / "index.html").read_text()
    assert builds.made == ["b = 1\n", "c = 1\n"]


def test_code_can_be_hidden_and_pages_for_print_have_the_code_alone(sphinx):
    hidden = DIRECTIVE.format(name="two").replace(":height: 300", ":hide-code:")
    pages = {"index.rst": index(DIRECTIVE.format(name="one"), hidden)}
    assert (sphinx(pages) / "index.html").read_text().count("highlight-python") == 1
    text = (sphinx(pages, "text") / "index.txt").read_text()
    assert text.count("a = 1") == 1
    assert "pyrt" not in text
    assert "pyrt-app" not in (sphinx(pages, "epub") / "index.xhtml").read_text()


def test_a_page_that_has_changed_is_built_with_those_that_have_not(sphinx, builds):
    pages = {"index.rst": index(DIRECTIVE.format(name="one"), toc=["b"])}
    sphinx(pages | {"b.rst": index(DIRECTIVE.format(name="two"))})
    site = sphinx(pages | {"b.rst": index(DIRECTIVE.format(name="three"))})
    folders = {path.name for path in (site / "pyrt-apps").iterdir() if path.is_dir()}
    assert folders == {"one", "three", "pyrt"}


def test_processes_side_by_side_find_the_examples_of_all_pages(sphinx):
    names = [f"page{number}" for number in range(8)]
    pages = {f"{name}.rst": index(DIRECTIVE.format(name=name)) for name in names}
    site = sphinx({"index.rst": index(toc=names), **pages}, parallel=2)
    assert {path.name for path in (site / "pyrt-apps").glob("page*")} == {*names}


def test_what_is_wrong_is_told_with_lines_and_nothing_is_written(sphinx, tmp_path):
    wrong = DIRECTIVE.format(name="one").replace("a = 1", "a = 1\n   b = = 1")
    unknown = DIRECTIVE.format(name="pkg")
    pages = {
        "index.rst": index(wrong, unknown, toc=["b"]),
        "b.rst": index(DIRECTIVE.format(name="one"), "\n.. pyrt-app:: gone.py\n"),
    }
    with pytest.raises(ExtensionError) as error:
        sphinx(pages)
    told = str(error.value)
    assert "index.rst:8 (one): The code is no Python: index.rst:9: invalid syntax." in told
    assert "index.rst:11: The name 'pkg' is that of a folder" in told
    assert "(one): There is an example of that name at b.rst:8, too." in told
    assert "b.rst:10 (b-2): There is no file" in told
    assert not (tmp_path / "html" / "pyrt-apps").exists()
    assert not (tmp_path / "html" / "index.html").exists()
    with pytest.raises(ExtensionError):  # nothing of it is taken for done
        sphinx(pages)


def test_warnings_of_an_app_are_those_of_sphinx(sphinx, warnings):
    sphinx({"index.rst": index(DIRECTIVE.format(name="one").replace("a = 1", "a # slow"))})
    assert "index.rst:8 (one): PB302: index.rst:8 is slow" in warnings.getvalue()
