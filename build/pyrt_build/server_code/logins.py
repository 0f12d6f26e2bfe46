"""Logins, which a static site cannot keep: whoever opens it has all of its files.

A site that seemed to have one would publish the passwords in its source, and protect nothing. So
an app with a login is refused, unless the login stays with a server.
"""

import ast
from collections.abc import Iterator

from pyrt_build.app.discover import App
from pyrt_build.errors import BuildError
from pyrt_build.project.imports import nodes_of, parse_module

# Modules whose only work is to check who a user is.
MODULES = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "dash_auth dash_auth0_oauth dash_auth_external dash_enterprise_auth dash_keycloak"
        " flask_appbuilder flask_azure_oauth flask_basicauth flask_bcrypt flask_dance"
        " flask_httpauth flask_jwt_extended flask_ldap3_login flask_login flask_multipass"
        " flask_oidc flask_pyoidc flask_saml2 flask_security flask_simplelogin flask_user ldap3"
        " passlib werkzeug.security"
    ).split()
)
# Functions and classes of other libraries, and of Flask itself, that do it.
_NAMES = frozenset({"check_password_hash", "generate_password_hash", "login_required"})


def refuse(app: App) -> None:
    """Refuse an app whose part for the browser has a login.

    Raises:
        BuildError: it names every place, and says what to do.
    """
    places = [*dict.fromkeys(_places(app))]
    if places:
        listed = "\n".join(f"  {place}" for place in places)
        raise BuildError(
            f"A login, in a site of static files:\n{listed}\n"
            "A static site can keep no password: whoever opens it gets all of its files, could "
            "read every password in them, and could leave the login out. Protect the host instead "
            "(its own password, a sign-on in front of it, a private network), or let a server "
            "answer what has to be protected (server=True with --bridge) and take the login out of "
            "the app. Nothing was written."
        )


def _places(app: App) -> Iterator[str]:
    for found in app.imports:
        top = found.module.partition(".")[0]
        if top in MODULES or found.module in MODULES:
            yield f"{found.origin}: import of {found.module}"
    for where in app.modules:
        source = app.read(where)
        if any(name.encode() in source for name in (*_NAMES, "authorization")):
            yield from _uses(parse_module(source, where), where)


def _uses(tree: ast.Module, where: str) -> Iterator[str]:
    """Yield where a module checks passwords itself, with Flask's request or with hashes."""
    for node in nodes_of(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="request"), attr="authorization"):
                yield f"{where}:{node.lineno}: request.authorization"
            case ast.ImportFrom(names=aliases, module=str(module), level=0):
                for alias in aliases:
                    if alias.name in _NAMES and module.partition(".")[0] not in MODULES:
                        yield f"{where}:{node.lineno}: {alias.name} of {module}"
            case _:
                pass
