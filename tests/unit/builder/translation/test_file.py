"""pyrt's own words in another language: what a file may say, and what a page gets of it."""

import json

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.translation import file as translation
from tools import translation as tool


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "translation.de.json"
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_the_list_of_texts_is_that_of_the_page():
    assert tool.TEXTS.read_text(encoding="utf-8") == tool.written(), "run `make texts`"
    assert "Starting the app" in translation.texts()


def test_a_template_has_all_texts_and_translates_none(file):
    path = file(translation.template("de"))
    assert json.loads(translation.template("de"))["texts"] == dict.fromkeys(translation.texts(), "")
    assert translation.read(path) == {}
    assert translation.untranslated(path) == [*translation.texts()]


def test_a_page_has_what_is_translated(file):
    path = file({"lang": "de", "texts": {"Starting the app": "Es geht los", "Dismiss": ""}})
    assert translation.for_page(path) == {
        "lang": "de",
        "dir": "ltr",
        "texts": {"Starting the app": "Es geht los"},
    }
    assert "Dismiss" in translation.untranslated(path)
    assert "Starting the app" not in translation.untranslated(path)


@pytest.mark.parametrize(("lang", "way"), [("ar", "rtl"), ("fa-IR", "rtl"), ("arn", "ltr")])
def test_some_languages_are_written_from_right_to_left(file, lang, way):
    assert translation.for_page(file({"lang": lang, "texts": {}}))["dir"] == way


def test_all_that_is_wrong_is_said_at_once(file):
    path = file(
        {
            "lang": "german!",
            "texts": {
                "Starting teh app": "Die App startet",
                "Dismiss": 3,
                "Loading {file}": "Lädt {datei}",
            },
        }
    )
    with pytest.raises(BuildError) as caught:
        translation.for_page(path)
    assert str(caught.value).splitlines() == [
        'translation.de.json: "lang" is "german!"; it must be a language such as "de" or "pt-BR".',
        (
            'translation.de.json: pyrt has no text "Starting teh app". '
            'Did you mean "Starting the app"?'
        ),
        'translation.de.json: the translation of "Dismiss" is no text.',
        (
            'translation.de.json: the translation of "Loading {file}" must have {file}, as the '
            "text has: values take their places."
        ),
    ]


def test_of_many_wrong_texts_the_first_are_named(file):
    path = file({"lang": "de", "texts": {f"{number} zzz": "" for number in range(9)}})
    with pytest.raises(BuildError, match=r"and 4 more texts are wrong\.$") as caught:
        translation.read(path)
    assert len(str(caught.value).splitlines()) == 6


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", r"translation\.de\.json is not JSON: .*line 1"),
        ("[]", "it must be an object"),
        ({"lang": "de"}, '"texts" is null'),
    ],
)
def test_what_is_no_translation_is_refused(file, content, said):
    with pytest.raises(BuildError, match=said):
        translation.read(file(content))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BuildError, match=r"\[tool.pyrt\], translation: .* cannot be read: No such"):
        translation.read(str(tmp_path / "no.json"))


def test_a_template_overwrites_nothing_and_is_for_a_language(tmp_path):
    path = translation.write_template("pt-BR", tmp_path)
    assert path.read_text(encoding="utf-8") == translation.template("pt-BR")
    path.write_text("mine")
    with pytest.raises(BuildError, match="is there already, and nothing was written"):
        translation.write_template("pt-BR", tmp_path)
    with pytest.raises(BuildError, match=r"'\.\./de' is no language"):
        translation.write_template("../de", tmp_path)
    assert [each.read_text() for each in tmp_path.iterdir()] == ["mine"]
