"""Types of values on the command line: what a text must look like, and the value it stands for."""

import difflib
import re
from pathlib import Path
from typing import override

import click

FILE = click.Path(path_type=Path)
PORT = click.IntRange(0, 65535)


class Choice(click.Choice[str]):
    """One of some words; the error names the one that is nearly meant."""

    @override
    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        message = super().get_invalid_choice_message(value, ctx)
        near = difflib.get_close_matches(str(value), list(self.choices), n=1)
        return f"{message} Did you mean {near[0]!r}?" if near else message


def origin(text: str) -> str:
    """Return an origin without a slash at its end; `*` is all of them."""
    if not re.fullmatch(r"https?://[\w.:\[\]-]+/?|\*", text):
        raise click.BadParameter(f"{text!r} must be an origin such as https://example.org")
    return text.rstrip("/")


def host_name(text: str) -> str:
    """Return a name of a server: no address of a page, and no port."""
    if not re.fullmatch(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*\.?", text):
        raise click.BadParameter(
            f"{text!r} must be a name such as calc.example.org or *.example.org"
        )
    return text


def header_name(text: str) -> str:
    """Return the name of a header."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", text):
        raise click.BadParameter(f"{text!r} must be the name of a header such as X-Forwarded-For")
    return text


def rate(text: str) -> str:
    """Return a number of requests per time, as the library `limits` reads it."""
    units = "second|minute|hour|day"
    if not re.fullmatch(rf"[1-9]\d*\s*(/|per)\s*([1-9]\d*\s*)?({units})s?", text):
        raise click.BadParameter(f"{text!r} must be a rate such as 600/minute or 20/second")
    return text


def size(text: str) -> int:
    """Return a number of bytes, of which the text says units of 1024: 512K, 16M, 2G."""
    found = re.fullmatch(r"(\d+)([KMG]?)", text)
    if not found or not int(found[1]):
        raise click.BadParameter(f"{text!r} must be a size such as 16M")
    return int(found[1]) * (1 << 10 * " KMG".index(found[2] or " "))


def base_url(text: str) -> str:
    """Return a URL path with a slash at its end, or an empty text."""
    if text and not re.fullmatch(r"/[^?#\s\x00-\x1f\\]*", text):
        raise click.BadParameter(f"{text!r} must be a URL path such as /reports/")
    return f"{text.rstrip('/')}/" if text else ""
