"""The examples of a playground: the apps in `example_apps/`, which are written for it.

Each has a picture beside it, which `python -m tools.example_pictures` takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from pyrt_build.site.manifest import digest
from pyrt_build.types import Json

_FOLDER = "example_apps"
# Names of files without their ending, in the order of the menu, and what the menu calls them.
EXAMPLES = {
    "counter": "A counter",
    "temperatures": "Two inputs that follow each other",
    "to_do": "A to-do list (pattern-matching)",
    "waves": "Waves (Graph, sliders)",
    "islands": "Islands (pandas, DataTable)",
}


@dataclass(frozen=True, slots=True)
class Example:
    """One app.

    Attributes:
        title: in the menu.
        files: path below the app's folder -> text.
        picture: of the app, as WebP.
    """

    name: str
    title: str
    files: Mapping[str, str]
    picture: bytes

    @property
    def picture_url(self) -> str:
        """The address of the picture."""
        return f"examples/{self.name}-{digest(self.picture)}.webp"

    def as_json(self) -> Json:
        """Return what the page is told of it (`Example` there)."""
        return {
            "name": self.name,
            "title": self.title,
            "files": {**self.files},
            "picture": self.picture_url,
        }


def read_examples() -> list[Example]:
    """Return the examples, in the order of the menu."""
    folder = resources.files("pyrt_build") / "playground" / _FOLDER
    return [
        Example(
            name,
            title,
            {"app.py": (folder / f"{name}.py").read_text(encoding="utf-8")},
            (folder / f"{name}.webp").read_bytes(),
        )
        for name, title in EXAMPLES.items()
    ]
