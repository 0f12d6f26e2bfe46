"""The results of compare.py: one line of JSON for each project, and the table made from them."""

import json
from pathlib import Path
from typing import Any

MARK = "<!-- made by compare.py from results.jsonl -->"
HEAD = """| project | commit | result | interactions | reason |
|---|---|---|---|---|"""
RESULTS = ("same", "stops", "differs", "real Dash fails")


class Results:
    """A file with one line for each project, sorted by name."""

    def __init__(self, file: Path):
        self._file = file

    def read(self) -> dict[str, dict[str, Any]]:
        """The rows by name."""
        if not self._file.exists():
            return {}
        lines = self._file.read_text(encoding="utf-8").splitlines()
        return {row["name"]: row for row in map(json.loads, filter(None, lines))}

    def put(self, row: dict[str, Any]) -> None:
        """Add a row, or replace the one of the same name; a reason that was written stays."""
        rows = self.read()
        before = rows.get(row["name"], {})
        if before.get("result") == row["result"] and not row.get("reason"):
            row = {**row, "reason": before.get("reason", "")}
        rows[row["name"]] = row
        ordered = sorted(rows.values(), key=lambda each: str(each["name"]).lower())
        lines = [json.dumps(each, ensure_ascii=False, sort_keys=True) for each in ordered]
        self._file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(rows: dict[str, dict[str, Any]]) -> str:
    """Return the table of all results, their sums, and the stops for a secret, as Markdown."""
    counted = {kind: sum(row["result"] == kind for row in rows.values()) for kind in RESULTS}
    sums = ", ".join(f"{count} {kind}" for kind, count in counted.items() if count)
    lines = [f"{len(rows)} projects: {sums}.", "", HEAD]
    lines += [_line(row) for row in rows.values()]
    secrets = [f"- {name}: {row['secrets']}" for name, row in rows.items() if row.get("secrets")]
    return "\n".join(
        [*lines, *(["", "What was said of secrets in them:", "", *secrets] if secrets else [])]
    )


def _line(row: dict[str, Any]) -> str:
    name = f"[{row['name']}](https://github.com/{row['name']})"
    if row.get("folder"):
        name += f" `{row['folder']}`"
    reason = str(row.get("reason", "")).replace("|", "\\|").replace("\n", " ")
    return f"| {name} | {row['commit'][:10]} | {row['result']} | {row['interactions']} | {reason} |"


def write_table(readme: Path, rows: dict[str, dict[str, Any]]) -> None:
    """Replace what stands behind the mark in a README."""
    before = readme.read_text(encoding="utf-8").partition(MARK)[0]
    readme.write_text(f"{before}{MARK}\n\n{table(rows)}\n", encoding="utf-8")
