"""Paths of files that are never part of a site: secrets, and what servers and tools leave behind.

Case is ignored. The names are those that scanners for secrets know.
"""

import re
from functools import cache
from pathlib import PurePosixPath

BY_NAME = "may hold a secret"
LEFTOVER = "left behind by a server or a tool"

# A copy of a file has the name of the file and one of these at its end.
_COPY = r"([._-]?(bak|backup|old|orig|save|copy|prod|production|txt|\d+)|~)*"
_SECRET_FOLDERS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "secrets .secrets secret keys .keys private_keys .aws .azure .ssh .gnupg .gcloud .kube"
        " .docker credentials .credentials"
    ).split()
)
_SECRETS = (
    r"\.env.*",
    rf".+\.env{_COPY}",
    rf"(.*[._-])?id_(rsa|dsa|ecdsa|ed25519|xmss)(_sk)?([._-].*)?{_COPY}",
    rf".*\.(pem|key|p8|p12|pfx|asc|gpg|pgp|jks|keystore|kdbx?|ppk|pkcs12|keychain|ovpn){_COPY}",
    r".*secret.*",
    r".*credentials?.*",
    r".*service[-_. ]?account.*\.json",
    r".*firebase[-_]?adminsdk.*",
    r"\.?kube-?config.*|.*\.kubeconfig",
    r"[._]?netrc.*",
    r"\.?pgpass(\.conf)?.*",
    r"\.?(npmrc|pypirc|yarnrc|htpasswd|htaccess|git-credentials|dockercfg|s3cfg|boto|my\.cnf)",
    r".*\.(tfstate|tfvars)(\..*)?",
    r"(.*[-_. ])?(passwords?|passwd|passphrases?)(\.\w+)*",
    r"(.*[-_. ])?(access|auth|api|refresh|bearer)[-_]?tokens?(\.\w+)*",
    r"token\.(json|pickle|pkl|txt)",
    r"\.?vault[-_]?(pass|token).*",
    r"authorized_keys.*|known_hosts.*",
    r"\.\w*_history",
)
# Words that have "secret" or "key" in them and mean something else.
_KEY = re.compile(r".*key.*\.json(\..*)?", re.IGNORECASE)
_OTHER_KEYS = re.compile(
    r"key(board|word|point|frame|note|map|stroke|pad|ring|stone|hole|bind)\w*"
    r"|(mon|tur|don|hoc|joc|whis|mic|loc|hot|short|parkin)key\w*|turnkey",
    re.IGNORECASE,
)
_OTHER_SECRETS = re.compile(r"secretar(y|ies|ial|iat)\w*|secretion\w*", re.IGNORECASE)

_LEFTOVERS = (
    r"dump\.rdb",
    r".*\.(aof|log|pid|sock|swp|swo|rdb)(\.\d+)?",
    r"nohup\.out",
    r"celerybeat-schedule.*",
    r"core(\.\d+)?",
    r"thumbs\.db|desktop\.ini|\.ds_store",
    r".*\.py[cod]",
    r"coverage\.xml",
    r".*~",
)
_LEFTOVER_FOLDERS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "flask_session __pycache__ .ipynb_checkpoints node_modules .git .hg .svn .venv .tox .nox"
        " .cache .pytest_cache .mypy_cache .ruff_cache .idea .vscode"
    ).split()
)


def secret_reason(where: str) -> str:
    """Return why a path is that of a secret; empty if it is not.

    Args:
        where: path relative to the root of the project, with `/`.
    """
    path = PurePosixPath(where)
    folder = next((part for part in path.parts[:-1] if part.lower() in _SECRET_FOLDERS), None)
    if folder:
        return f"may hold a secret: it is in the folder {folder}"
    name = _OTHER_SECRETS.sub("", path.name)
    if _compiled(_SECRETS).fullmatch(name) or _is_key(path.name):
        return BY_NAME
    return ""


def leftover_reason(where: str) -> str:
    """Return why a path is that of a leftover; empty if it is not."""
    path = PurePosixPath(where)
    folders = {part.lower() for part in path.parts[:-1]}
    if folders & _LEFTOVER_FOLDERS or _compiled(_LEFTOVERS).fullmatch(path.name):
        return LEFTOVER
    return ""


def _is_key(name: str) -> bool:
    return _KEY.fullmatch(_OTHER_KEYS.sub("", name)) is not None


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
