"""Secrets that are certain: private keys, tokens with the prefix of their issuer, addresses.

An address is one if it has a password that is no placeholder.
"""

import importlib
import re
import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

WINDOW_BYTES = 4000  # what a detector sees from the anchor on
BEFORE_BYTES = 200  # and before it
MAX_HITS = 200  # anchors of one kind that are looked at in one file
MIN_CHARACTERS = 5  # different ones in a token; fewer are a placeholder
MAX_AROUND = 64  # characters of base64 directly around a token; more are data, as of a picture


@dataclass(frozen=True, slots=True)
class _Kind:
    """Secrets of one kind.

    Attributes:
        name: for people.
        anchors: texts in lower case; each secret of this kind has one of them.
        find: returns the secrets in a text.
    """

    name: str
    anchors: tuple[bytes, ...]
    find: Callable[[str], Iterable[str]]


# Plugin of detect-secrets: what it finds, and the anchors.
_PLUGINS = {
    "aws.AWSKeyDetector": ("an access key of AWS", "akia asia abia acca a3t"),
    "gitlab_token.GitLabTokenDetector": (
        "a GitLab token",
        "glpat- gldt- glft- glsoat- glrt- gr1348941 glcbt- glimt- glptt- glagent- gloas-",
    ),
    "openai.OpenAIDetector": ("an API key of OpenAI", "t3blbkfj"),
    "pypi_token.PypiTokenDetector": ("a PyPI token", "pypi-age"),
    "npm.NpmDetector": ("a token of npm", ":_authtoken="),
    "sendgrid.SendGridDetector": ("an API key of SendGrid", "sg."),
    "slack.SlackDetector": ("a webhook of Slack", "hooks.slack.com"),
    "square_oauth.SquareOAuthDetector": ("a secret of Square", "sq0csp-"),
    "cloudant.CloudantDetector": ("an address of Cloudant with a password", "cloudant.com"),
}
# What detect-secrets does not know, or knows in an older form only: what it is, anchors, pattern.
_PATTERNS = (
    (
        "a GitHub token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        r"(?:gh[opusr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})",
    ),
    ("an API key of Anthropic", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{20,}"),
    (
        "an API key of OpenAI",
        "sk-proj- sk-svcacct- sk-admin-",
        r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}",
    ),
    ("a token of Hugging Face", "hf_", r"\bhf_[A-Za-z0-9]{30,}"),
    ("a client secret of Google", "gocspx-", r"GOCSPX-[A-Za-z0-9_-]{20,}"),
    ("an access token of Google", "ya29.", r"\bya29\.[A-Za-z0-9_-]{30,}"),
    ("a secret token of Mapbox", "sk.eyj", r"\bsk\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10,}"),
    ("a secret key of Stripe", "sk_live_ rk_live_", r"[rs]k_live_[0-9a-zA-Z]{16,}"),
    ("a webhook secret of Stripe", "whsec_", r"whsec_[A-Za-z0-9+/=]{24,}"),
    (
        "a token of Slack",
        "xoxa- xoxb- xoxe xoxo- xoxp- xoxr- xoxs- xapp-",
        r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,}",
    ),
    ("a token of Databricks", "dapi", r"\bdapi[0-9a-f]{32}"),
    ("a token of DigitalOcean", "_v1_", r"do[oprt]_v1_[0-9a-f]{64}"),
    ("a token of Docker Hub", "dckr_pat_", r"dckr_pat_[A-Za-z0-9_-]{20,}"),
    ("a token of HashiCorp Vault", "hvs. hvb.", r"\bhv[sb]\.[A-Za-z0-9_-]{24,}"),
    (
        "a token of Shopify",
        "shpat_ shpca_ shppa_ shpss_",
        r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    ),
    ("a token of Grafana", "glsa_ glc_", r"gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),
    ("a token of npm", "npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    (
        "a secret key of AWS",
        "aws",
        (
            r"(?i:aws.{0,20}?(?:secret|key|pwd|password|token).{0,30}?[=:(,]\s*['\"]?)"
            r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
        ),
    ),
    ("a storage key of Azure", "accountkey=", r"(?i:AccountKey)=([A-Za-z0-9+/]{40,}={0,2})"),
    ("a private key", "putty-user-key-file-", r"PuTTY-User-Key-File-\d: \S+"),
    (
        "a private key",
        "-----begin",
        # What follows is material of a key, not the rest of a program that looks for such a line.
        (
            r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\r|\\n|[\s>*#|'\",])*"
            r"(?:[\w-]+: [^\n\\]*(?:\\r|\\n|\s)+)*([A-Za-z0-9+/=_-]{8,})"
        ),
    ),
)
_EXAMPLE = re.compile(r"x{8,}|X{8,}|\*{4,}|\.\.\.")
_BASE64 = f"{string.ascii_letters}{string.digits}+/"
_ADDRESS = re.compile(
    rb"([a-zA-Z][a-zA-Z0-9+.-]{1,30})://([^\s:/@'\"<>{}`\\]{0,100})"
    rb":([^\s/@'\"<>`\\]{1,200})@([\w.\[\]-]+)"
)
# Passwords in examples and documentation.
_PLACEHOLDER = re.compile(
    r"\*+|x+|\.+|\$.*|%.*|\{.*|\(.*|\[.*|(?-i:[A-Z_]*(?:KEY|PASS|SECRET|TOKEN|USER)[A-Z_]*)|your.*|my[-_]?(pass|secret).*|(user)?pass(word|wd)?|pwd|pw|secret"
    r"|token|key|api[-_]?key|change[-_]?(me|it|this)|example|placeholder|test|guest|user(name)?|admin|root"
    r"|postgres|mysql|redis|foo|bar|baz|\d{1,5}",
    re.IGNORECASE,
)


def find(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the position of each secret, and what it is."""
    lower = data.lower()
    for kind in _kinds():
        for anchor in kind.anchors:
            yield from _find_kind(data, lower, kind, anchor)
    for match in _ADDRESS.finditer(data):
        scheme, user, password, _ = (group.decode(errors="replace") for group in match.groups())
        if password != user and not _PLACEHOLDER.fullmatch(password):
            what = "an address" if scheme.lower() in {"http", "https"} else f"a {scheme} address"
            yield match.start(), f"{what} with a password"


def _find_kind(data: bytes, lower: bytes, kind: _Kind, anchor: bytes) -> Iterator[tuple[int, str]]:
    at, hits = lower.find(anchor), 0
    while at >= 0 and hits < MAX_HITS:
        hits += 1
        begin = max(0, at - BEFORE_BYTES)
        text = data[begin : at + WINDOW_BYTES].decode("latin-1")
        found = kind.find(text)
        if any(not _is_example(secret) and not _is_in_data(text, secret) for secret in found):
            yield at, kind.name
        at = lower.find(anchor, at + BEFORE_BYTES)


def _is_example(secret: str) -> bool:
    return len(set(secret[-16:])) < MIN_CHARACTERS or _EXAMPLE.search(secret) is not None


def _is_in_data(text: str, secret: str) -> bool:
    """Tell whether what looks like a token is a part of a longer text in base64."""
    before, _, after = text.partition(secret)
    rest = len(before.rstrip(_BASE64)) + len(after.lstrip(_BASE64))
    return len(before) + len(after) - rest > MAX_AROUND


@cache
def _kinds() -> list[_Kind]:
    found = []
    for plugin, (name, anchors) in _PLUGINS.items():
        found.append(_Kind(name, _encoded(anchors), _Plugin(plugin)))
    for name, anchors, pattern in _PATTERNS:
        found.append(_Kind(name, _encoded(anchors), _searcher(re.compile(pattern))))
    return found


class _Plugin:
    """A detector of detect-secrets, imported when there is a text for it."""

    def __init__(self, name: str) -> None:
        self._module, _, self._class = name.partition(".")
        self._find: Callable[[str], Iterable[str]] | None = None

    def __call__(self, text: str) -> Iterable[str]:
        if self._find is None:
            module = importlib.import_module(f"detect_secrets.plugins.{self._module}")
            self._find = getattr(module, self._class)().analyze_string
        return self._find(text)


def _encoded(anchors: str) -> tuple[bytes, ...]:
    return tuple(anchor.encode() for anchor in anchors.split())


def _searcher(pattern: re.Pattern[str]) -> Callable[[str], list[str]]:
    def search(text: str) -> list[str]:
        return [match[match.lastindex or 0] for match in pattern.finditer(text)]

    return search
