"""An SVG with one small chart for each row of the history: how its ratio has changed.

The charts of a part stand in columns. A chart begins at zero, its dotted line is the ratio 1, and
the number is the newest ratio. A point shows its run and its ratio under the pointer, where an SVG
is opened by itself. Colours follow the setting of the reader's system, light or dark.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

COLUMNS, WIDTH, HEIGHT = 3, 300, 96  # of one chart
MARGIN, TITLE, PLOT = 16, 30, 44  # PLOT: height of the drawn part, below two lines of TITLE
HEAD = 34  # above the charts of a part
LETTERS = 46  # in a line of a title
STYLE = """
text { font: 11px system-ui, sans-serif; fill: #24292f; }
.part { font-size: 15px; font-weight: 600; } .name { fill: #57606a; }
.ratio { font-weight: 600; } .line { fill: none; stroke: #0b62c4; stroke-width: 1.5; }
circle { fill: #0b62c4; } .zero, .one { stroke: #8c959f; } .one { stroke-dasharray: 2 3; }
.back { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .name { fill: #9da7b3; }
.line { stroke: #6cb6ff; } circle { fill: #6cb6ff; }
.zero, .one { stroke: #6e7681; } .back { fill: #16191f; } }
"""


@dataclass(frozen=True, slots=True)
class Course:
    """One row: its name, and (run, ratio), the oldest first."""

    row: str
    points: Sequence[tuple[str, float]]


def draw(parts: Mapping[str, Sequence[Course]]) -> str:
    """Return the text of the SVG; a part without charts is left out."""
    shapes, top = [], 0
    for title, courses in parts.items():
        if not courses:
            continue
        shapes.append(f'<text class="part" x="{MARGIN}" y="{top + 24}">{escape(title)}</text>')
        top += HEAD
        for place, course in enumerate(courses):
            left = MARGIN + place % COLUMNS * WIDTH
            shapes += chart(course, left, top + place // COLUMNS * HEIGHT)
        top += -(-len(courses) // COLUMNS) * HEIGHT
    size = f"{MARGIN + COLUMNS * WIDTH} {top + MARGIN}"
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}">',
            f"<style>{STYLE}</style>",
            '<rect class="back" width="100%" height="100%"/>',
            *shapes,
            "</svg>\n",
        )
    )


def chart(course: Course, left: float, top: float) -> Iterator[str]:
    """The shapes of one row."""
    ratios = [ratio for _, ratio in course.points]
    width, bottom = WIDTH - 5 * MARGIN, top + TITLE + PLOT
    scale = PLOT / (max(ratios) * 1.1 or 1)
    spots = [
        (left + width * place / max(1, len(ratios) - 1), bottom - ratio * scale)
        for place, ratio in enumerate(ratios)
    ]
    for place, words in enumerate(wrap(course.row)):
        y = top + 11 + 13 * place
        yield f'<text class="name" x="{left}" y="{y}">{escape(words)}</text>'
    yield f'<path class="zero" d="M{left} {bottom}h{width}"/>'
    if max(ratios) * 1.1 > 1:
        yield f'<path class="one" d="M{left} {bottom - scale:.1f}h{width}"/>'
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    yield f'<path class="line" d="M{path}"/>'
    for (run, ratio), (x, y) in zip(course.points, spots, strict=True):
        label = escape(f"{run}: {ratio:.3g} x")
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"><title>{label}</title></circle>'
    x, y = spots[-1]
    yield f'<text class="ratio" x="{x + 7:.1f}" y="{y + 4:.1f}">{ratios[-1]:.3g} x</text>'


def wrap(text: str) -> list[str]:
    """Break a title into two lines, the second cut where it is too long."""
    if len(text) <= LETTERS:
        return [text]
    cut = text.rfind(" ", 0, LETTERS)
    first, rest = text[:cut], text[cut + 1 :]
    return [first, rest if len(rest) <= LETTERS else f"{rest[: LETTERS - 1]}…"]
