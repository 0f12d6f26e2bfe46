"""`pyrt build`: an app as a folder of static files, or as one HTML file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pyrt_build.commands import base
from pyrt_build.console.values import FILE, Choice, base_url


@base.command("build", "turn an app into a folder of static files")
@base.app
@click.option(
    "-o", "--out", type=FILE, metavar="DIR|FILE", help="the site's folder, or the single file"
)
@click.option(
    "--single-file",
    is_flag=True,
    help="one HTML file with all in it, which opens by a double click, without a network",
)
@click.option(
    "--offline",
    is_flag=True,
    help="browsers keep the site, and may install it: it opens without a network, too",
)
@click.option(
    "--static",
    is_flag=True,
    help="without Python: all results of callbacks are computed now, for all values",
)
@click.option("--small", is_flag=True, help="a smaller single file, which takes longer to start")
@click.option(
    "--base-url",
    type=base_url,
    default="",
    metavar="PATH",
    help="URL path the site will be served under, for 404.html",
)
@click.option("--debug", is_flag=True, help="dev tools, message log, source maps")
@click.option("--cdn", is_flag=True, help="leave Pyodide's files on its CDN")
@click.option(
    "--rehearsal",
    type=Choice(["auto", "require"]),
    help="start the site once in a browser: if there is one, or fail without",
)
@base.no_rehearsal
@base.fast
@click.option("--release", is_flag=True, help="the smallest files; takes a minute or more")
@click.option(
    "--describe",
    is_flag=True,
    help="write llms.txt, which tells language models about the app; runs it on this machine",
)
@click.option(
    "--precompress", is_flag=True, help="add X.br and X.gz beside files, for hosts that send copies"
)
@click.option(
    "--embed", is_flag=True, help="add pyrt-app.js, with which other pages show the app: <pyrt-app>"
)
@click.option(
    "--for",
    "host",
    type=Choice(["github-pages", "netlify", "cloudflare"]),
    metavar="HOST",
    help="write what this host reads, headers with the Content-Security-Policy or .nojekyll: "
    "github-pages, netlify or cloudflare",
)
@base.package_sources
@click.option("--requirements", type=FILE, metavar="FILE", help="in place of those beside the app")
@base.environment
@click.option(
    "--allow-secret",
    "allowed_secrets",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="it travels, although it may hold a secret; may be repeated",
)
@click.option(
    "--files", "list_files", is_flag=True, help="say of each file whether it travels, and why"
)
@click.option(
    "--run", is_flag=True, help="without a browser: find the app by running it on this machine"
)
@click.option("--extra", multiple=True, metavar="NAME", help="an extra of the project; repeatable")
@click.option("--group", multiple=True, metavar="NAME", help="a dependency group; repeatable")
@click.option(
    "--allow-build",
    multiple=True,
    metavar="NAME",
    help="a package that may be built from source, which runs its code; repeatable",
)
@click.option("--bridge", metavar="URL", help="where server callbacks are answered")
@click.option("--watch", is_flag=True, help="build again whenever a file of the app changes")
@base.strict
def command(  # noqa: PLR0913  # options that exclude each other
    app: str,
    module: str,
    out: Path | None,
    *,
    single_file: bool,
    small: bool,
    rehearsal: str | None,
    no_rehearsal: bool,
    fast: bool,
    release: bool,
    watch: bool,
    **options: Any,  # noqa: ANN401  # each is the field of SiteConfig of that name
) -> int:
    """Turn an app into a folder of static files, which any web server can serve.

    The app is a file, a notebook, a folder, module:attribute as for gunicorn, or a module with -m.
    Without any of them it is what the files of the current folder say.
    """
    from pyrt_build.build import build
    from pyrt_build.project.notebook import as_script

    if rehearsal and no_rehearsal:
        raise click.UsageError("--rehearsal and --no-rehearsal exclude each other.")
    if fast and release:
        raise click.UsageError("--fast and --release exclude each other.")
    if small and not single_file:
        raise click.UsageError("--small is for --single-file; add that.")
    _check_single_file(options, single_file=single_file)
    _check_static(options, skips_rehearsal=no_rehearsal, single_file=single_file)
    if options["offline"] and options["cdn"]:
        raise click.UsageError(
            "--cdn leaves files on the network, and --offline needs all of them."
        )
    name = _single_file_name(app, module) if single_file else "dist"
    if watch and app.endswith(".ipynb"):
        raise click.UsageError("--watch is for files of Python, and not for notebooks.")
    with as_script(app) as script:
        config = base.app_config(
            script,
            module,
            out=(out or Path(name)).absolute(),
            single_file=single_file,
            small=small,
            rehearsal=_rehearsal(rehearsal, skip=no_rehearsal),
            compression="fast" if fast else "release" if release else "default",
            **options,
        )
        if watch:
            from pyrt_build.dev.build_again import build_again

            build_again(config)
        else:
            build(config).write()
    return 0


def _rehearsal(given: str | None, *, skip: bool) -> str:
    if skip:
        return "skip"
    return "require" if given == "require" else "auto"


def _check_single_file(options: Mapping[str, Any], *, single_file: bool) -> None:
    """Refuse options that mean nothing for a single file."""
    reasons = {
        "cdn": "--cdn leaves files on the network, and a single file has all in it",
        "precompress": "--precompress writes files beside others, and a single file has none",
        "describe": "--describe writes llms.txt beside the page, and a single file has none",
        "offline": "--offline lets browsers keep a site, and a single file needs no network",
        "embed": "--embed adds a script for pages that show a site, and a single file is none",
        "host": "--for writes files for a host, and a single file may be anywhere",
        "base_url": "--base-url is where a site is served, and a single file may be anywhere",
    }
    wrong = [reason for name, reason in reasons.items() if single_file and options[name]]
    if wrong:
        raise click.UsageError(f"{'; '.join(wrong)}.")


def _check_static(options: Mapping[str, Any], *, skips_rehearsal: bool, single_file: bool) -> None:
    """Refuse options that mean nothing for a site without Python."""
    reasons = {
        "--no-rehearsal": (skips_rehearsal, "it is the rehearsal that computes the results"),
        "--single-file": (
            single_file,
            "it unpacks itself by WebAssembly, which such a site spares",
        ),
        "--bridge": (options["bridge"], "such a site calls no server"),
        "--cdn": (options["cdn"], "such a site has nothing of Pyodide"),
    }
    wrong = [f"{name} ({why})" for name, (given, why) in reasons.items() if given]
    if options["static"] and wrong:
        raise click.UsageError(f"--static excludes {', '.join(wrong)}.")


def _single_file_name(app: str, module: str) -> str:
    """Return the name of the file without `-o`: that of what is run."""
    name = (module or app.partition(":")[0]).removesuffix(".py").removesuffix(".ipynb")
    return f"{Path(name.replace('.', '/')).name or 'app'}.html"
