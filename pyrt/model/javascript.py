"""Numbers, text and equality as in JavaScript, for values that page and worker both compute."""

import re

# JavaScript writes numbers from here on, and those below 1e-6, with an exponent.
_FIRST_EXPONENT = 1e21

_DECIMAL = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_OTHER_BASE = re.compile(r"\s*0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)\s*")


def format_number(value: float) -> str:
    """Return a number as JavaScript writes it.

    >>> format_number(1.0), format_number(1.5e-7), format_number(1.5e-5)
    ('1', '1.5e-7', '0.000015')
    """
    if value.is_integer() and abs(value) < _FIRST_EXPONENT:
        return str(int(value))
    mantissa, mark, exponent = repr(value).partition("e")
    if not mark:
        return mantissa
    if exponent in {"-05", "-06"}:  # JavaScript writes these without an exponent
        sign, digits = ("-" if value < 0 else ""), mantissa.lstrip("-").replace(".", "")
        return f"{sign}0.{'0' * (-int(exponent) - 1)}{digits}"
    return f"{mantissa}e{exponent[0]}{exponent[1:].lstrip('0')}"


MAX_EXACT = 2**53  # integers up to here are exact in JavaScript
_MAX_INDEX = 2**32 - 2


def round_integer(value: int) -> int | float:
    """Return an integer as it comes back from JavaScript, which keeps 53 bits of it.

    >>> round_integer(2**53 + 1), round_integer(2**63 + 5), round_integer(7)
    (9007199254740992, 9223372036854776000, 7)
    """
    if -MAX_EXACT <= value <= MAX_EXACT:
        return value
    try:
        number = float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    if abs(number) >= _FIRST_EXPONENT:
        return number
    digits, _, exponent = repr(number).partition("e+")
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    return int(whole + fraction.ljust(int(exponent or 0), "0") if exponent else whole)


def order_keys[T](value: dict[str, T]) -> dict[str, T]:
    """Return a dict in the order of JavaScript: keys that are integers come first, ascending.

    >>> list(order_keys({"b": 0, "10": 0, "2": 0, "02": 0}))
    ['2', '10', 'b', '02']
    """
    indexes = [key for key in value if key[:1].isdecimal() and _is_index(key)]
    if not indexes:
        return value
    indexes.sort(key=int)
    return {key: value[key] for key in dict.fromkeys((*indexes, *value))}


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdecimal() and str(int(key)) == key and int(key) <= _MAX_INDEX


def join_surrogates(text: str) -> str:
    r"""Return text in which each pair of surrogates is the one character that JavaScript reads.

    >>> len("\ud83d\ude00"), len(join_surrogates("\ud83d\ude00")), len(join_surrogates("\ud83d"))
    (2, 1, 1)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def parse_number(text: str) -> float | None:
    """Return the number in a text as JavaScript reads it, or None if it is not finite.

    >>> parse_number(" 1e3 "), parse_number("0x10"), parse_number("1_000"), parse_number("")
    (1000.0, 16, None, None)
    """
    if _DECIMAL.fullmatch(text):
        number = float(text)
        return number if abs(number) != float("inf") else None
    if _OTHER_BASE.fullmatch(text):
        return int(text.strip(), 0)
    return None


def to_number(value: object) -> float:
    """Return a JSON value as JavaScript's arithmetic converts it; NaN if it is no number."""
    if value is None:
        return 0
    if isinstance(value, int | float):
        return value
    text = to_text(value)
    number = parse_number(text)
    if number is None:
        return float("nan") if text.strip() else 0
    return number


def to_text(value: object) -> str:
    """Return a JSON value as JavaScript converts it to text in `+` with a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join("" if item is None else to_text(item) for item in value)
    if isinstance(value, dict):
        return "[object Object]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return format_number(value) if isinstance(value, int | float) else "undefined"


def is_equal(one: object, other: object) -> bool:
    """Return whether two JSON values are deeply equal; unlike in Python, `True` is not `1`."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_equal(one[key], other[key]) for key in one)
    return one == other and isinstance(one, bool) is isinstance(other, bool)
