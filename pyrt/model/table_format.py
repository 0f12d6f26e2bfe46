"""Number formats of `DataTable` columns: `dash_table.Format` and `dash_table.FormatTemplate`.

A `Format` is a builder for the `format` property of a column; the page formats numbers with d3.
"""

from collections.abc import Iterable
from typing import NamedTuple, Self


class _Align(NamedTuple):
    default: str = ""
    left: str = "<"
    right: str = ">"
    center: str = "^"
    right_sign: str = "="


class _Group(NamedTuple):
    no: str = ""
    yes: str = ","


class _Padding(NamedTuple):
    no: str = ""
    yes: str = "0"


class _Prefix(NamedTuple):
    yocto: float = 1e-24
    zepto: float = 1e-21
    atto: float = 1e-18
    femto: float = 1e-15
    pico: float = 1e-12
    nano: float = 1e-9
    micro: float = 1e-6
    milli: float = 1e-3
    none: None = None
    kilo: int = 10**3
    mega: int = 10**6
    giga: int = 10**9
    tera: int = 10**12
    peta: int = 10**15
    exa: int = 10**18
    zetta: int = 10**21
    yotta: int = 10**24


class _Scheme(NamedTuple):
    default: str = ""
    decimal: str = "r"
    decimal_integer: str = "d"
    decimal_or_exponent: str = "g"
    decimal_si_prefix: str = "s"
    exponent: str = "e"
    fixed: str = "f"
    percentage: str = "%"
    percentage_rounded: str = "p"
    binary: str = "b"
    octal: str = "o"
    lower_case_hex: str = "x"
    upper_case_hex: str = "X"
    unicode: str = "c"


class _Sign(NamedTuple):
    default: str = ""
    negative: str = "-"
    positive: str = "+"
    parantheses: str = "("  # Dash's spelling
    space: str = " "


class _Symbol(NamedTuple):
    no: str = ""
    yes: str = "$"
    binary: str = "#b"
    octal: str = "#o"
    hex: str = "#x"


class _Trim(NamedTuple):
    no: str = ""
    yes: str = "~"


Align = _Align()
Group = _Group()
Padding = _Padding()
Prefix = _Prefix()
Scheme = _Scheme()
Sign = _Sign()
Symbol = _Symbol()
Trim = _Trim()

# The order of these parts in a d3 format; `fill` counts only where there is an `align`.
_PARTS = (
    "fill",
    "align",
    "sign",
    "symbol",
    "padding",
    "width",
    "group",
    "precision",
    "trim",
    "type",
)


class Format:
    """A number format. Each method sets one part and returns the format; each is a keyword, too.

    >>> Format(scheme=Scheme.fixed).precision(2).group(True).to_plotly_json()["specifier"]
    ',.2f'
    """

    def __init__(self, **parts: object) -> None:
        self._locale: dict[str, object] = {}
        self._nully: object = ""
        self._prefix: object = Prefix.none
        self._specifier = dict.fromkeys(_PARTS, "")
        setters = [name for name in vars(Format) if not name.startswith(("_", "to_"))]
        for name, value in parts.items():
            if name not in setters:
                raise TypeError(
                    f"{name} is not a format method. Expected one of {', '.join(setters)}."
                )
            getattr(self, name)(value)

    def align(self, value: str) -> Self:
        """Align the number within its width: one of `Align`."""
        return self._set("align", value, Align)

    def fill(self, value: str) -> Self:
        """Fill the width with this character, if there is an alignment."""
        self._specifier["fill"] = _validate_character(value)
        return self

    def group(self, value: str | bool) -> Self:  # noqa: FBT001  # as in Dash
        """Group the digits: a bool, or one of `Group`."""
        return self._set("group", _choose(value, Group), Group)

    def padding(self, value: str | bool) -> Self:  # noqa: FBT001  # as in Dash
        """Pad with zeros: a bool, or one of `Padding`."""
        return self._set("padding", _choose(value, Padding), Padding)

    def padding_width(self, value: int | None) -> Self:
        """Set the least number of characters."""
        self._specifier["width"] = "" if value is None else str(_validate_count(value))
        return self

    def precision(self, value: int | None) -> Self:
        """Set the number of digits, whose meaning depends on the scheme."""
        self._specifier["precision"] = "" if value is None else f".{_validate_count(value)}"
        return self

    def scheme(self, value: str) -> Self:
        """Set the notation: one of `Scheme`."""
        return self._set("type", value, Scheme)

    def sign(self, value: str) -> Self:
        """Set how positive and negative numbers are marked: one of `Sign`."""
        return self._set("sign", value, Sign)

    def symbol(self, value: str) -> Self:
        """Show a currency or base symbol: one of `Symbol`."""
        return self._set("symbol", value, Symbol)

    def trim(self, value: str | bool) -> Self:  # noqa: FBT001  # as in Dash
        """Drop trailing zeros: a bool, or one of `Trim`."""
        return self._set("trim", _choose(value, Trim), Trim)

    def symbol_prefix(self, value: str) -> Self:
        """Set the text before the number, used if there is a symbol."""
        return self._set_affix(0, value)

    def symbol_suffix(self, value: str) -> Self:
        """Set the text after the number, used if there is a symbol."""
        return self._set_affix(1, value)

    def decimal_delimiter(self, value: str) -> Self:
        """Set the decimal point."""
        self._locale["decimal"] = _validate_character(value)
        return self

    def group_delimiter(self, value: str) -> Self:
        """Set the character between groups of digits."""
        self._locale["group"] = _validate_character(value)
        return self

    def groups(self, groups: int | list[int]) -> Self:
        """Set the sizes of the groups of digits, from the right."""
        sizes = groups if isinstance(groups, list) else [groups]
        for size in sizes:
            if not isinstance(size, int):
                raise TypeError(f"groups takes an integer or a list of integers, not {groups!r}")
        if not sizes or min(sizes) <= 0:
            raise ValueError(f"groups takes one or more integers above zero, not {groups!r}")
        self._locale["grouping"] = sizes
        return self

    def si_prefix(self, value: float | None) -> Self:
        """Show all numbers in this unit: one of `Prefix`."""
        _validate_named(value, Prefix)
        self._prefix = value
        return self

    def nully(self, value: object) -> Self:
        """Set the value shown in empty cells."""
        self._nully = value
        return self

    def to_plotly_json(self) -> dict[str, object]:
        """Return the value of a column's `format`."""
        parts = dict(self._specifier)
        if not parts["align"]:
            parts["fill"] = ""
        return {
            "locale": dict(self._locale),
            "nully": self._nully,
            "prefix": self._prefix,
            "specifier": "".join(parts.values()),
        }

    def _set(self, part: str, value: str, allowed: Iterable[object]) -> Self:
        _validate_named(value, allowed)
        self._specifier[part] = value
        return self

    def _set_affix(self, index: int, value: str) -> Self:
        affixes = self._locale.setdefault("symbol", ["", ""])
        assert isinstance(affixes, list)
        affixes[index] = _validate_text(value)
        return self


def money(decimals: int, sign: str = Sign.default) -> Format:
    """Return a format for amounts of money, with grouped digits and a currency symbol."""
    return Format(
        scheme=Scheme.fixed, precision=decimals, group=Group.yes, symbol=Symbol.yes, sign=sign
    )


def percentage(decimals: int, rounded: bool = False) -> Format:  # noqa: FBT001, FBT002  # as in Dash
    """Return a format for fractions, shown as percentages."""
    if not isinstance(rounded, bool):
        raise TypeError(f"expected rounded to be a boolean, not {rounded!r}")
    scheme = Scheme.percentage_rounded if rounded else Scheme.percentage
    return Format(precision=decimals, scheme=scheme)


def _choose(value: str | bool, pair: _Group | _Padding | _Trim) -> str:  # noqa: FBT001  # as in Dash
    if isinstance(value, bool):
        return pair.yes if value else pair.no
    return value


def _validate_named(value: object, allowed: Iterable[object]) -> None:
    values = list(allowed)
    if value not in values:
        raise TypeError(f"expected value to be one of {values}, not {value!r}")


def _validate_text(value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected value to be a string, not {value!r}")
    return value


def _validate_character(value: str) -> str:
    if len(_validate_text(value)) != 1:
        raise ValueError(f"expected value to be a string of length one, not {value!r}")
    return value


def _validate_count(value: int) -> int:
    if not isinstance(value, int):
        raise TypeError(f"expected value to be an integer, not {value!r}")
    if value < 0:
        raise ValueError(f"expected value to be non-negative, not {value!r}")
    return value
