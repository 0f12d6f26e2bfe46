"""What may be a secret, and what is not even that."""

import pytest

from pyrt_build.secrets import guesses

JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0."
    "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
)


def found(text, *, is_python=True):
    return [(line, level) for line, level, _ in guesses.find(text, is_python=is_python)]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ('x = 1\nPASSWORD = "hunter2hunter"', guesses.LIKELY),
        ('x = 1\nconnect(api_key="9f8e7d6c5b4a")', guesses.LIKELY),
        (f"x = 1\nheader = '{JWT}'", guesses.LIKELY),
        ('x = 1\ncode = "u9Xq2LmZ8vRt4KpW7sYb1NcE6hGd3JfA"', guesses.RANDOM),
    ],
)
def test_a_value_that_may_be_one_is_found_with_its_line(text, level):
    assert found(text) == [(2, level)]


@pytest.mark.parametrize(
    "text",
    [
        'dcc.Input(id="password", type="password", placeholder="Your password 1")',
        'password = os.environ["DB_PASSWORD_1"]',
        'labels = {"password": "Passwort", "secret": "Geheimnis"}',
        'secret_id = "123e4567-e89b-12d3-a456-426614174000"',
        '"integrity": "sha384-MCw98/SFnGE8fJT3GXwEOngsV7Zt27NXFoaoApmYm81iuXoPkFOJwJ8ERdknLPMO"',
        'src = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAA"',
        'token = "pk.eyJ1IjoibWUiLCJhIjoiY2sifQ.aB3dE5gH7jK9mN1pQ3sT5v"',
        "tokens = tokenizer('hello world 123')",
        'columns = ["temperature_2m_max", "precipitation_sum_24h", "a_long_name_of_a_column_1"]',
    ],
)
def test_what_people_write_is_not(text):
    assert found(text) == []


def test_in_data_a_value_needs_no_quotes_and_random_texts_do_not_count():
    assert found("api_key: 9f8e7d6c5b4a", is_python=False) == [(1, guesses.LIKELY)]
    assert found("'u9Xq2LmZ8vRt4KpW7sYb1NcE6hGd3JfA'", is_python=False) == []
