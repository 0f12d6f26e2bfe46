"""Modules that exist only on servers, and the names that hold them."""

import ast

import pytest

from pyrt_build.server_code import known_modules
from pyrt_build.server_code.known_modules import covers, has_server_database, stub_names


def names(text, *modules):
    return stub_names(ast.parse(text).body, set(modules))


def test_a_module_stands_for_its_distributions():
    assert known_modules.distributions(["redis", "psycopg2", "sqlalchemy"]) == {
        "redis",
        "psycopg2",
        "psycopg2-binary",
        "sqlalchemy",
    }
    assert known_modules.distributions(["numpy"]) == set()
    assert known_modules.distributions([]) == set()


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("redis", True),
        ("redis.asyncio", True),
        ("redis_tools", False),
        ("own.db", True),
        ("own.db.models", True),
        ("own", False),
        ("own.database", False),
        ("", False),
    ],
)
def test_what_is_below_a_module_is_of_it(module, expected):
    assert covers(module, ["redis", "own.db"]) is expected


@pytest.mark.parametrize(
    ("modules", "addresses"),
    [
        (["psycopg2.extras"], []),
        ([], ["postgresql://user@host/db"]),
        ([], ["x", "MySQL+pymysql://host/db"]),
    ],
    ids=["import", "address", "letters"],
)
def test_a_database_of_a_server_is_found(modules, addresses):
    assert has_server_database(modules, addresses)


@pytest.mark.parametrize(
    ("modules", "addresses"),
    [
        ([], []),
        (["sqlalchemy", "redis", "mysqlite"], ["sqlite:///local.db"]),
        ([], ["postgres is a database", "https://mysql.com", "see postgres://"[:8]]),
    ],
)
def test_sqlite_and_words_are_none(modules, addresses):
    assert not has_server_database(modules, addresses)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import redis", {"redis"}),
        ("import redis.asyncio", {"redis"}),
        ("import redis.asyncio as r, numpy as np", {"r"}),
        ("from redis import Redis, client as c", {"Redis", "c"}),
        ("from redis.asyncio import Redis", {"Redis"}),
        ("from . import redis", set()),
        ("from .redis import Redis", set()),
        ("import numpy", set()),
        ("try:\n  import redis\nexcept ImportError:\n  redis = None", {"redis"}),
        ("if FLAG:\n  import redis", {"redis"}),
        ("def f():\n  import redis", set()),
    ],
)
def test_names_come_from_imports_at_module_level(text, expected):
    assert names(text, "redis") == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("q = redis.Redis(url)", {"q"}),
        ("q: object = redis.Redis(url)", {"q"}),
        ("q = p = redis.Redis.from_url(url).client()[0]", {"q", "p"}),
        ("f(q := redis.Redis())", {"q"}),
        ("with redis.Redis() as q: pass", {"q"}),
        ("q = redis.Redis()\np = q.pipeline()", {"q", "p"}),
        ("q: object", set()),
        ("q = wrap(redis.Redis())", set()),
        ("q = [redis]", set()),
        ("q.a = redis.Redis()", set()),
    ],
)
def test_what_is_made_of_such_a_module_is_as_good_as_it(statement, expected):
    assert names(f"import redis\n{statement}", "redis") == {"redis", *expected}


def test_a_name_must_be_bound_before_what_is_made_of_it():
    assert names("q = redis.Redis()\nimport redis", "redis") == {"redis"}


def test_no_module_stands_in_two_tables():
    """A module is a stub always, or only over a server's database."""
    assert not set(known_modules.SERVER_MODULES) & set(known_modules.DATABASE_TOOLKITS)
    assert not set(known_modules.BROKERS) & set(known_modules.DATABASES)
