"""Sizes and times as people read them."""

KILO, MEGA, GIGA, MEBI = 10**3, 10**6, 10**9, 2**20


def size(count: int) -> str:
    """Return a number of bytes, of a download or a file, in decimal units.

    >>> size(300), size(40_000), size(3_100_000), size(106_000_000)
    ('300 B', '40 kB', '3.1 MB', '106 MB')
    """
    if count < KILO:
        return f"{count} B"
    if count < MEGA:
        return f"{count / KILO:.0f} kB"
    if count >= GIGA:
        return f"{count / GIGA:.1f} GB"
    return f"{count / MEGA:.{1 if count < 10 * MEGA else 0}f} MB"


def site_size(count: int) -> str:
    """Return a number of bytes of a site, in units of 2**20, as its budgets are written."""
    return f"{count / MEBI:.1f} MB"


def files(count: int) -> str:
    """Return a number of files: `1 file`, `2 files`."""
    return f"{count} file{'s' * (count != 1)}"


def duration(seconds: float) -> str:
    """Return a time.

    >>> duration(0.04), duration(42.3), duration(125)
    ('0.0 s', '42 s', '2 min 5 s')
    """
    if seconds < 10:  # noqa: PLR2004 -- below, tenths say something
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
