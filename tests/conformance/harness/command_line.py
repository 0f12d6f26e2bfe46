"""The options of the command line."""

import argparse
from pathlib import Path

WORK = Path(__file__).parents[3] / ".cache" / "conformance"


def make_parser() -> argparse.ArgumentParser:
    """The parser."""
    parser = argparse.ArgumentParser(
        prog="harness", description="Run Dash's own browser tests against static sites."
    )
    parser.add_argument(
        "filters",
        nargs="*",
        help="paths, or patterns or parts of names; a test runs if any of them matches",
    )
    parser.add_argument("--dash", type=Path, required=True, help="a checkout of plotly/dash")
    _add_places(parser.add_argument_group("files and programs"))
    _add_sites(parser.add_argument_group("sites"))
    _add_selection(parser.add_argument_group("which tests run"))
    _add_limits(parser.add_argument_group("times"))
    _add_output(parser.add_argument_group("output"))
    return parser


def _add_places(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--work", type=Path, default=WORK, help="folder for all files")
    group.add_argument("--results", type=Path, help="JSON lines file; results are appended")
    group.add_argument("--python", help="interpreter with dash[testing]; else one is set up")
    group.add_argument("--chromium", help="default: from the PATH")
    group.add_argument("--chromedriver", help="default: from the PATH")


def _add_sites(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--builder",
        help="command that makes a site: {app} (app.py), {appdir}, {out} (the folder to write),"
        " {python}, {here}, {name}; an exit status other than 0 is a failure of the test",
    )
    group.add_argument(
        "--reference",
        action="store_true",
        help="no sites: an ordinary Dash server, to see whether the harness is right",
    )
    group.add_argument(
        "--single-file",
        action="store_true",
        help="{out} is one HTML file, which is opened from the disk",
    )
    group.add_argument("--label", help="name of the builder in results")
    group.add_argument(
        "--have",
        default=[],
        type=_comma_list,
        help="packages that the sites have, so that tests of them are run: numpy,pandas",
    )
    group.add_argument(
        "--locks",
        choices=["na", "remote"],
        default="na",
        help="remote: tests that hold a lock which a callback waits for can be run",
    )
    group.add_argument("--serve-mode", choices=["404html", "spa"], default="404html")
    group.add_argument(
        "--header",
        action="append",
        default=[],
        type=_header,
        metavar="NAME:VALUE",
        help="added to responses",
    )


def _add_selection(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--ids", type=Path, help="file with ids of tests, one a line")
    group.add_argument(
        "--passing-in",
        type=Path,
        metavar="FILE",
        help="only tests that pass in another file of results (the reference's)",
    )
    group.add_argument("--rerun", default=[], type=_comma_list, help="outcomes to run again")
    group.add_argument("--fresh", action="store_true", help="run all again")
    group.add_argument("--limit", type=int, default=0, help="number of tests to run at most")
    group.add_argument("--recollect", action="store_true", help="after a change of the checkout")
    group.add_argument("--workers", type=int, default=2)


def _add_limits(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--timeout", type=float, default=150, help="seconds for a test")
    group.add_argument("--build-timeout", type=float, default=120, help="seconds for a build")
    group.add_argument("--boot-timeout", type=float, default=60, help="seconds for a page's start")
    group.add_argument(
        "--timeout-scale", type=float, default=1, help="factor on the tests' waiting times"
    )
    group.add_argument(
        "--deadline", type=float, default=0, help="start no test after so many seconds"
    )


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--list", action="store_true", help="only list the tests")
    group.add_argument("--summary", action="store_true", help="only print the summary")
    group.add_argument("--by", choices=["file", "folder"], default="file")
    group.add_argument(
        "--known-failures",
        type=Path,
        metavar="FILE",
        help="exit with 1 if a test fails that this file does not name",
    )
    group.add_argument("--keep", action="store_true", help="keep apps and sites")
    group.add_argument("--screenshots", action="store_true", help="of pages of failed tests")
    group.add_argument(
        "--write-app",
        type=Path,
        metavar="DIR",
        help="only write the app of the first test that matches",
    )


def _comma_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _header(text: str) -> tuple[str, str]:
    name, _, value = text.partition(":")
    return name.strip(), value.strip()
