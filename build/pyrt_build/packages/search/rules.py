"""What is never taken from an index, and what the app's developer has decided about packages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from pyrt_build.app.declared import SourcedRequirement
from pyrt_build.app.formats import markers

# Packages of a Dash server. They become part of a site only if the app imports them, and never
# because another package requires them.
SERVER_PACKAGES = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "flask werkzeug gunicorn waitress uvicorn hypercorn gevent eventlet quart uwsgi"
        " flask-compress flask-caching brotli dash-testing-stub"
    ).split()
)
# Tools of developers, and what only those require: lists of installed packages are full of them.
# They become part of a site only if the app imports them, or a package of it requires them.
DEVELOPMENT_TOOLS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "altgraph astroid autoflake autopep8 backcall bandit black build bump2version cfgv"
        " commitizen coverage cx-freeze dash-tools debugpy distlib dodgy flake8 identify"
        " iniconfig ipdb ipykernel ipython ipython-genutils ipython-pygments-lexers isort jedi"
        " jupyter jupyterlab jupyterlab-pygments lazy-object-proxy matplotlib-inline mccabe"
        " mkdocs mypy mypy-extensions nbclient nbconvert nbformat nodeenv notebook"
        " notebook-shim nox pandas-stubs parso pathspec pefile pep8 pep8-naming pickleshare"
        " pip pip-tools pipenv pluggy poetry poetry-core pre-commit prospector pudb pur"
        " pycodestyle pydocstyle pyflakes pyinstaller pyinstaller-hooks-contrib pylint pyright"
        " pytest python-lsp-server pytype qtconsole rope ruff semgrep snowballstemmer sphinx"
        " spyder spyder-kernels tox twine typed-ast versioneer virtualenv vulture wheel"
        " widgetsnbextension yapf"
    ).split()
)
_TOOL_FAMILIES = ("flake8-", "jupyter-", "jupyterlab-", "mkdocs-", "pytest-", "sphinx-", "types-")
# Distributions whose modules pyrt itself has.
OWN_PACKAGES = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "dash dash-core-components dash-html-components dash-table dash-renderer jupyter-dash"
        " pyrt pyrt-dash plotly-express"
    ).split()
)


# Releases that the Python of a site cannot use, although their metadata does not say so. Each was
# tried with the oldest of what they import that a site can have.
FAILING = {
    "flask": SpecifierSet("<2.3.3"),  # pkgutil.get_loader is gone
    "future": SpecifierSet("<1"),  # the module imp is gone
    "importlib-resources": SpecifierSet("<5.3"),  # typing.io is gone
    "jinja2": SpecifierSet("<3"),  # markupsafe.soft_unicode is gone
    "networkx": SpecifierSet("<2.6"),  # numpy.float_ is gone
    "plotly": SpecifierSet("<4.7"),  # collections.MutableSequence, pkg_resources, distutils
    "pyparsing": SpecifierSet("<2.3"),  # collections.MutableMapping is gone
    "setuptools": SpecifierSet("<66.1"),  # pkgutil.ImpImporter is gone
    "six": SpecifierSet("<1.16"),  # its importer has no find_spec
    "typing-extensions": SpecifierSet(">=4.4,<4.6"),  # a subclass of TypeVar
    "urllib3": SpecifierSet("<1.26.5"),  # as six, which is a part of it
    "werkzeug": SpecifierSet("<2.3.6"),  # ast.Str is gone
}


def fails(name: str, version: Version) -> bool:
    """Tell whether a release of a package, by its canonical name, fails when it is imported."""
    return name in FAILING and FAILING[name].contains(version, prereleases=True)


def is_development_tool(name: str) -> bool:
    """Tell whether a package is a tool of developers, by its canonical name."""
    return name in DEVELOPMENT_TOOLS or name.startswith(_TOOL_FAMILIES)


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about packages beside the requirements.

    Attributes:
        index_url: package index for pip.
        overrides: requirements that replace all others of the same package.
        excluded: canonical names that no package gets, whoever requires them.
        allow_build: canonical names that may be built from source.
        prefer_index: canonical names for which the index comes before Pyodide's patched build.
    """

    index_url: str | None = None
    overrides: tuple[Requirement, ...] = ()
    excluded: frozenset[str] = frozenset()
    allow_build: frozenset[str] = frozenset()
    prefer_index: frozenset[str] = frozenset()
    _replaced: dict[str, Requirement] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for requirement in self.overrides:
            if markers.applies(requirement):
                name = str(canonicalize_name(requirement.name))
                self._replaced[name] = markers.without_marker(requirement)

    def apply(self, parent: str | None, requirements: Iterable[Requirement]) -> list[Requirement]:
        """Return the requirements of a package, or of the app, as they count.

        Args:
            parent: the package that has them; None for the app, whose parts of a server the
                caller decides about.
            requirements: without markers.
        """
        kept = []
        for requirement in requirements:
            name = str(canonicalize_name(requirement.name))
            if name in OWN_PACKAGES or name in self.excluded:
                continue
            if parent and parent not in SERVER_PACKAGES and name in SERVER_PACKAGES:
                continue
            kept.append(self._override(name, requirement))
        return kept

    def _override(self, name: str, requirement: Requirement) -> Requirement:
        replaced = self._replaced.get(name)
        if replaced is None:
            return requirement
        merged = Requirement(str(replaced))
        merged.extras = {*replaced.extras, *requirement.extras}
        return merged

    def is_overridden(self, name: str) -> bool:
        """Tell whether the app's developer has replaced the requirements of a package."""
        return name in self._replaced

    def key(self) -> Sequence[str]:
        """Return everything that may change a result, for the key of a cache."""
        names = (self.excluded, self.allow_build, self.prefer_index)
        lists = (sorted(map(str, self.overrides)), *map(sorted, names))
        failing = [f"{name}{versions}" for name, versions in FAILING.items()]
        return [self.index_url or "", *(" ".join(each) for each in (*lists, failing))]


@dataclass(frozen=True, slots=True)
class Question:
    """What is resolved.

    Attributes:
        requirements: what the app needs.
        optional: what it can do without; each is left out by itself if it cannot be had.
        pins: versions that are wished for, of packages that are needed otherwise.
    """

    requirements: Sequence[SourcedRequirement]
    optional: Sequence[SourcedRequirement] = ()
    pins: Sequence[SourcedRequirement] = ()
