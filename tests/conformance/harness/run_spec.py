"""What the process of one test is told, as a file of JSON that CONF_RUN names."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self

from .items import Item


@dataclass(frozen=True, slots=True)
class RunSpec:
    """The test and how it is run.

    Attributes:
        item: the test.
        suite: folder of the suite.
        url: of the site or server.
        lock_url: of the server that keeps the locks.
        locks: "remote" if locks of the test are those of the app.
        boot_timeout: seconds that a page may take to start.
        timeout_scale: factor on the waiting times of the test.
        chromium: path of the browser.
        profile: folder of the browser's profile.
        is_capture: whether expressions are evaluated in the captured test function.
        result: file for the result.
        screenshot: file for a picture of a failed test's page.
    """

    item: Item
    suite: str
    url: str
    lock_url: str
    locks: Literal["na", "remote"]
    boot_timeout: float
    timeout_scale: float
    chromium: str
    profile: str
    is_capture: bool
    result: str
    screenshot: str | None = None

    def write(self, path: Path) -> None:
        """Write the file."""
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file."""
        return cls(**json.loads(path.read_text()))
