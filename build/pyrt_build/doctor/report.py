"""The report of `pyrt doctor`: all checks, as lines for a bug report or as JSON."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pyrt_build.console.redaction import without_secrets
from pyrt_build.doctor import checks
from pyrt_build.doctor.checks import Section
from pyrt_build.types import Json


@dataclass(frozen=True, slots=True)
class Report:
    """What all checks found."""

    sections: Sequence[Section]

    @property
    def is_complete(self) -> bool:
        """Whether this machine has all that a build needs."""
        return not any(section.missing for section in self.sections)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report."""
        for section in self.sections:
            yield section.title
            width = max(map(len, section.facts), default=0)
            for name, value in section.facts.items():
                yield f"  {name.ljust(width)}  {without_secrets(value)}"
        yield "Result"
        for section in self.sections:
            yield from (f"  Missing: {without_secrets(text)}" for text in section.missing)
            yield from (f"  Limited: {without_secrets(text)}" for text in section.limits)
        if self.is_complete:
            yield "  All that a build needs is there."

    def as_json(self) -> dict[str, Json]:
        """Return the report as `--json` prints it."""
        sections: dict[str, Json] = {
            section.title: {name: without_secrets(v) for name, v in section.facts.items()}
            for section in self.sections
        }
        return {
            "complete": self.is_complete,
            "missing": _texts(section.missing for section in self.sections),
            "limits": _texts(section.limits for section in self.sections),
            "sections": sections,
        }


def make(all_checks: Sequence[Callable[[], Section]] = checks.ALL) -> Report:
    """Run all checks side by side: some wait for hosts."""
    with ThreadPoolExecutor(len(all_checks)) as threads:
        return Report([*threads.map(lambda check: check(), all_checks)])


def _texts(groups: Iterable[Sequence[str]]) -> Json:
    return [without_secrets(text) for group in groups for text in group]
