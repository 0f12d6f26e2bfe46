"""What a check found, as text, as JSON, and in the format of code scanners (SARIF 2.1.0)."""

import json

from pyrt_build import target
from pyrt_build.check.check import Checked
from pyrt_build.check.cost import Sizes
from pyrt_build.console.amounts import size as format_size
from pyrt_build.console.output import result, say, say_finding
from pyrt_build.types import Json

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(checked: Checked) -> None:
    """Write it as text, or as JSON where that was asked for."""
    result(
        {
            "ok": not checked.findings,
            "findings": [{**each.as_json()} for each in checked.findings],
            "ignored": checked.ignored,
            "modules": checked.count,
            "cost": {"imports": _sizes(checked.imports), "files": _sizes(checked.files)},
        }
    )
    for finding in checked.findings:
        say_finding(str(finding))
    silenced = f" ({checked.ignored} ignored)" if checked.ignored else ""
    some = {0: "Nothing found", 1: "1 finding"}
    count = some.get(len(checked.findings), f"{len(checked.findings)} findings")
    say(f"{count} in {checked.count} file{'s' if checked.count != 1 else ''}{silenced}.")
    for what, sizes in (("packages", checked.imports), ("files", checked.files)):
        if sizes:
            listed = ", ".join(f"{name} {format_size(size)}" for name, size in sizes)
            say(f"The largest {what} of the start: {listed}.")


def _sizes(sizes: Sizes) -> Json:
    return {name: size for name, size in sizes}  # noqa: C416 -- of the type


def sarif(checked: Checked) -> str:
    """Return the findings as SARIF."""
    rules = sorted({each.code for each in checked.findings})
    results = [
        {
            "ruleId": each.code,
            "level": "error",
            "message": {"text": each.text},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": each.file},
                        "region": {"startLine": max(each.line, 1)},
                    }
                }
            ],
        }
        for each in checked.findings
    ]
    tool = {"name": "pyrt", "version": target.PYRT_VERSION, "rules": [{"id": r} for r in rules]}
    run = {"tool": {"driver": tool}, "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)
