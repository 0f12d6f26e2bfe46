"""Modules that exist only on servers, and are replaced by stubs in the browser.

Import name -> the distributions that provide it. The modules listed need sockets, processes or
libraries that a tab does not have; `[tool.pyrt] server-only` adds others. The stubs are in
`pyrt/app/module_stubs.py`.
"""

import ast
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from pyrt_build.server_code.scopes import bound_names, root_name, walk_module_level

BROKERS = {
    "aio_pika": ("aio-pika",),
    "amqp": ("amqp",),
    "billiard": ("billiard",),
    "bson": ("pymongo",),
    "celery": ("celery",),
    "confluent_kafka": ("confluent-kafka",),
    "diskcache": ("diskcache",),
    "dramatiq": ("dramatiq",),
    "flower": ("flower",),
    "gridfs": ("pymongo",),
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
# What serves an app, and the backends of Dash other than Flask: `app.server` is a stub.
WEB_SERVERS = {
    "a2wsgi": ("a2wsgi",),
    "eventlet": ("eventlet",),
    "fastapi": ("fastapi", "fastapi-slim"),
    "gevent": ("gevent",),
    "granian": ("granian",),
    "gunicorn": ("gunicorn",),
    "hypercorn": ("hypercorn",),
    "quart": ("quart",),
    "starlette": ("starlette",),
    "uvicorn": ("uvicorn",),
    "waitress": ("waitress",),
}
SERVER_MODULES = BROKERS | DATABASES | WEB_SERVERS

# These run in a browser with SQLite, and are stubs only in apps that use a server's database.
DATABASE_TOOLKITS = {
    "sqlalchemy": ("sqlalchemy",),
    "flask_sqlalchemy": ("flask-sqlalchemy",),
    "alembic": ("alembic",),
}
_DATABASE_URL = ("postgres", "mysql", "mariadb", "oracle", "mssql", "snowflake")


def distributions(modules: Iterable[str]) -> frozenset[str]:
    """Return the distributions of modules that stubs replace."""
    known = SERVER_MODULES | DATABASE_TOOLKITS
    return frozenset(name for module in modules for name in known.get(module, ()))


def has_server_database(modules: Iterable[str], addresses: Iterable[str]) -> bool:
    """Tell whether an app uses the database of a server.

    What its requirements or other texts name says nothing: many apps use SQLite unless their
    environment names a server.

    Args:
        modules: what it imports and cannot do without.
        addresses: literal addresses that it connects to.
    """
    return any(module.partition(".")[0] in DATABASES for module in modules) or any(
        "://" in text and text.lower().startswith(_DATABASE_URL) for text in addresses
    )


def covers(module: str, packages: Iterable[str]) -> bool:
    """Tell whether a module is one of these, or a module below one of them."""
    return any(f"{module}.".startswith(f"{name}.") for name in packages)


def stub_names(statements: Iterable[ast.stmt], server_modules: AbstractSet[str]) -> set[str]:
    """Return the names of a module that hold stubs: imported, or results of calls of a stub."""
    names: set[str] = set()
    for statement in statements:
        for node in walk_module_level(statement):
            names |= set(_imported(node, server_modules))
            match node:
                case (
                    ast.Assign(value=ast.expr() as value)
                    | ast.AnnAssign(value=ast.expr() as value)
                    | ast.NamedExpr(value=value)
                ) if root_name(value) in names:
                    names |= bound_names(node)
                case ast.withitem(context_expr=value) if root_name(value) in names:
                    names |= bound_names(node)
                case _:
                    pass
    return names


def _imported(node: ast.AST, server_modules: AbstractSet[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                if covers(alias.name, server_modules):
                    yield from bound_names(alias)
        case ast.ImportFrom(module=str(module), level=0, names=aliases) if covers(
            module, server_modules
        ):
            for alias in aliases:
                yield from bound_names(alias)
        case _:
            pass
