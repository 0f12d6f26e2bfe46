"""Modules that exist only on servers: in the browser stand-ins take their place.

    import name -> the distributions that bring it

`pyrt/app/module_stubs.py` is what they become there. What is listed needs sockets, processes or
libraries that a tab has not; settings add an app's own (`[tool.pyrt] server-only`). May import
scopes only.
"""

import ast
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from pyrt_build.server_code.scopes import bound, root_name, walk_module_level

BROKERS = {
    "aio_pika": ("aio-pika",),
    "amqp": ("amqp",),
    "billiard": ("billiard",),
    "celery": ("celery",),
    "confluent_kafka": ("confluent-kafka",),
    "diskcache": ("diskcache",),
    "dramatiq": ("dramatiq",),
    "flower": ("flower",),
    "huey": ("huey",),
    "kombu": ("kombu",),
    "memcache": ("python-memcached",),
    "pika": ("pika",),
    "pymemcache": ("pymemcache",),
    "pymongo": ("pymongo",),
    "redis": ("redis",),
    "rq": ("rq",),
    "vine": ("vine",),
}
DATABASES = {
    "MySQLdb": ("mysqlclient",),
    "aiomysql": ("aiomysql",),
    "aiopg": ("aiopg",),
    "asyncpg": ("asyncpg",),
    "cx_Oracle": ("cx-oracle",),
    "mysql": ("mysql-connector-python",),
    "oracledb": ("oracledb",),
    "pg8000": ("pg8000",),
    "psycopg": ("psycopg", "psycopg-binary", "psycopg-c", "psycopg-pool"),
    "psycopg2": ("psycopg2", "psycopg2-binary"),
    "pymssql": ("pymssql",),
    "pymysql": ("pymysql",),
    "pyodbc": ("pyodbc",),
    "snowflake": ("snowflake-connector-python", "snowflake-sqlalchemy"),
}
KNOWN = BROKERS | DATABASES

# These run in a browser, over SQLite; over a server's database they have nothing to talk to.
OVER_DATABASES = {
    "sqlalchemy": ("sqlalchemy",),
    "flask_sqlalchemy": ("flask-sqlalchemy",),
    "alembic": ("alembic",),
}
_DATABASE_URL = ("postgres", "mysql", "mariadb", "oracle", "mssql", "snowflake")


def distributions(modules: Iterable[str]) -> frozenset[str]:
    """The distributions behind modules that stand-ins replace."""
    known = KNOWN | OVER_DATABASES
    return frozenset(name for module in modules for name in known.get(module, ()))


def has_server_database(
    modules: Iterable[str], distributions: Iterable[str], texts: Iterable[str]
) -> bool:
    """Whether an app speaks to a database that is a program of its own.

    Args:
        modules: what it imports.
        distributions: what its requirements name.
        texts: the strings in its source.
    """
    drivers = {name for names in DATABASES.values() for name in names}
    return (
        any(module.partition(".")[0] in DATABASES for module in modules)
        or not drivers.isdisjoint(distributions)
        or any("://" in text and text.lower().startswith(_DATABASE_URL) for text in texts)
    )


def covers(module: str, absent: Iterable[str]) -> bool:
    """Whether a module is one of those, or below one."""
    return any(f"{module}.".startswith(f"{name}.") for name in absent)


def bound_names(statements: Iterable[ast.stmt], absent: AbstractSet[str]) -> set[str]:
    """The names of a module that hold stand-ins: imported, or made by calling one."""
    names: set[str] = set()
    for statement in statements:
        for node in walk_module_level(statement):
            names |= set(_imported(node, absent))
            match node:
                case (
                    ast.Assign(value=ast.expr() as value)
                    | ast.AnnAssign(value=ast.expr() as value)
                    | ast.NamedExpr(value=value)
                ) if root_name(value) in names:
                    names |= bound(node)
                case ast.withitem(context_expr=value) if root_name(value) in names:
                    names |= bound(node)
                case _:
                    pass
    return names


def _imported(node: ast.AST, absent: AbstractSet[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                if covers(alias.name, absent):
                    yield from bound(alias)
        case ast.ImportFrom(module=str(module), level=0, names=aliases) if covers(module, absent):
            for alias in aliases:
                yield from bound(alias)
        case _:
            pass
