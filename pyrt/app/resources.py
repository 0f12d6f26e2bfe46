"""Scripts and stylesheets of component packages, assets and the app: which, in what order, where.

A component package declares its files in the module attributes `_js_dist` and `_css_dist` (R-11,
R-12). They are read when the page is described, not when the package is imported, because packages
may change them until then. The results are tags: dicts with `src` or `href` and further attributes.
URLs are relative to the root of the site: `pkg/<python package>/<path>`, `assets/<path>`.
"""

# The signatures are Dash's; booleans may be given by position there.
# ruff: noqa: FBT001, FBT002

import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyrt.model.component import ComponentRegistry
from pyrt.model.errors import ResourceException

type Resource = Mapping[str, object]
type Tag = dict[str, str]

JS_DIST = "_js_dist"
CSS_DIST = "_css_dist"


@dataclass(slots=True)
class ResourceConfig:
    """Two settings that an app may change until the page is described."""

    serve_locally: bool = True
    eager_loading: bool = False


class Resources:
    """The resources of one kind: of all packages, then those that the app has appended."""

    def __init__(self, resource_name: str, config: ResourceConfig) -> None:
        self.resource_name = resource_name
        self.config = config
        self._resources: list[Resource] = []

    def append_resource(self, resource: Resource) -> None:
        """Add one resource after those of the packages."""
        self._resources.append(resource)

    def get_all_resources(self, dev_bundles: bool = False) -> list[dict[str, object]]:
        """Return the resources of all packages with components, in import order, filtered."""
        return self.filter([*declared(self.resource_name), *self._resources], dev_bundles)

    def get_library_resources(
        self,
        libraries: Sequence[str],
        dev_bundles: bool = False,
    ) -> list[dict[str, object]]:
        """Return the resources of some packages, filtered."""
        found = [*declared(self.resource_name, libraries), *self._resources]
        return self.filter(found, dev_bundles)

    def filter(
        self,
        resources: Iterable[Resource],
        dev_bundles: bool = False,
    ) -> list[dict[str, object]]:
        """Return the resources that apply, with one source each (R-12, R-13).

        Raises:
            ResourceException: a resource is both `async` and `dynamic`, or has no source.
        """
        chosen = (choose_source(each, self.config, dev_bundles=dev_bundles) for each in resources)
        return [each for each in chosen if each is not None]


class Scripts:
    """`app.scripts`, to which an app may append scripts."""

    def __init__(self, serve_locally: bool = True, eager: bool = False) -> None:
        self.config = ResourceConfig(serve_locally, eager)
        self._resources = Resources(JS_DIST, self.config)

    def append_script(self, script: Resource) -> None:
        """Add a script after those of the component packages."""
        self._resources.append_resource(script)

    def get_all_scripts(self, dev_bundles: bool = False) -> list[dict[str, object]]:
        """Return the scripts of packages and app that apply."""
        return self._resources.get_all_resources(dev_bundles)

    def get_library_scripts(
        self,
        libraries: Sequence[str],
        dev_bundles: bool = False,
    ) -> list[dict[str, object]]:
        """Return the scripts of some packages."""
        return self._resources.get_library_resources(libraries, dev_bundles)

    def filter(
        self, resources: Iterable[Resource], *, dev: bool = False
    ) -> list[dict[str, object]]:
        """Keep those of the given resources that apply."""
        return self._resources.filter(resources, dev)


class Css:
    """`app.css`, to which an app may append stylesheets."""

    def __init__(self, serve_locally: bool = True) -> None:
        self.config = ResourceConfig(serve_locally, eager_loading=True)
        self._resources = Resources(CSS_DIST, self.config)

    def append_css(self, stylesheet: Resource) -> None:
        """Add a stylesheet after those of the component packages."""
        self._resources.append_resource(stylesheet)

    def get_all_css(self) -> list[dict[str, object]]:
        """Return the stylesheets of packages and app that apply."""
        return self._resources.get_all_resources()

    def get_library_css(self, libraries: Sequence[str]) -> list[dict[str, object]]:
        """Return the stylesheets of some packages."""
        return self._resources.get_library_resources(libraries)

    def filter(self, resources: Iterable[Resource]) -> list[dict[str, object]]:
        """Keep those of the given resources that apply."""
        return self._resources.filter(resources)


def declared(kind: str, packages: Sequence[str] | None = None) -> list[Resource]:
    """Return the resources that packages declare under `kind`, in the order of their import.

    Only attributes of the *top-level* module count. `dash` itself has none: its bundles always
    follow at the same position (R-7).
    """
    names = [name for name in ComponentRegistry.registry if packages is None or name in packages]
    return [each for name in names for each in getattr(sys.modules.get(name), kind, ())]


def choose_source(
    resource: Resource, config: ResourceConfig, *, dev_bundles: bool = False
) -> dict[str, object] | None:
    """Return a resource with the one source that applies; None if none applies."""
    chosen = {key: resource[key] for key in ("namespace", "attributes") if key in resource}
    dynamic = _is_dynamic(resource, config)
    if dynamic is not None:
        chosen["dynamic"] = dynamic
    if "external_url" in resource and (resource.get("external_only") or not config.serve_locally):
        return {**chosen, "external_url": resource["external_url"]}
    if "dev_package_path" in resource and (dev_bundles or resource.get("dev_only")):
        if not dev_bundles:
            return None
        return {**chosen, "relative_package_path": resource["dev_package_path"]}
    for key in ("relative_package_path", "absolute_path", "asset_path"):
        if key in resource:
            return {**chosen, key: resource[key]}
    _report_missing_source(resource, config)
    return None


def _is_dynamic(resource: Resource, config: ResourceConfig) -> bool | None:
    """Return whether a script loads on demand only; None if the resource leaves it open (R-13)."""
    if "async" not in resource:
        return bool(resource["dynamic"]) if "dynamic" in resource else None
    if "dynamic" in resource:
        raise ResourceException(
            f"Can't have both 'dynamic' and 'async' in one resource: {dict(resource)}. "
            "Keep the one that is meant."
        )
    how = resource["async"]
    return how == "lazy" or (how in (True, "eager") and not config.eager_loading)


def _report_missing_source(resource: Resource, config: ResourceConfig) -> None:
    if not config.serve_locally:
        raise ResourceException(
            f"{dict(resource)} does not have a relative_package_path, absolute_path, or an "
            "external_url, so nothing can be loaded. Give it one of them."
        )
    warnings.warn(
        f"{resource.get('external_url', '')} is not loaded: it has no file in a package, and "
        "`serve_locally` is True. Files from elsewhere are given to `Dash(...)` as "
        "`external_scripts` and `external_stylesheets`, not to `append_script` and `append_css`.",
        stacklevel=2,
    )


def make_tags(
    resources: Iterable[Mapping[str, object]],
    address: str,
    asset_url: Callable[[str], str],
    packages_url: str = "pkg/",
) -> list[Tag]:
    """Return the tags of resources that load with the page; `address` is `src` or `href`.

    Raises:
        ResourceException: a resource has an absolute path only.
    """
    tags: list[Tag] = []
    for resource in resources:
        if resource.get("dynamic"):
            continue
        for url in _urls(resource, asset_url, packages_url):
            is_module = str(resource.get("asset_path", "")).endswith(".mjs")
            kind = {"type": "module"} if is_module else {}
            attributes = resource.get("attributes", {})
            assert isinstance(attributes, Mapping)
            tags.append({address: url, **kind, **attributes})
    return tags


def _urls(
    resource: Mapping[str, object], asset_url: Callable[[str], str], packages_url: str
) -> list[str]:
    if "relative_package_path" in resource:
        package = resource.get("namespace", "")
        paths = _as_list(resource["relative_package_path"])
        return [f"{packages_url}{package}/{path.removeprefix('dash.')}" for path in paths]
    if "external_url" in resource:
        return _as_list(resource["external_url"])
    if "asset_path" in resource:
        return [asset_url(str(resource["asset_path"]))]
    raise ResourceException("Serving files from absolute_path isn't supported; use assets.")


def _as_list(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value]  # type: ignore[attr-defined]


def as_tag(entry: str | Mapping[str, str], address: str) -> Tag:
    """Return the tag of an entry of `external_scripts` or `external_stylesheets` (S-164)."""
    return {address: entry} if isinstance(entry, str) else dict(entry)


def late_files(packages: Sequence[str], packages_url: str = "pkg/") -> tuple[list[Tag], list[Tag]]:
    """Return scripts and stylesheets of packages that were imported after the page was described.

    Resources with an `async` key are loaded by the packages' other bundles, as in Dash (R-18).
    """
    lists = (
        [
            chosen
            for each in declared(kind, packages)
            if each.get("async") is None and (chosen := choose_source(each, ResourceConfig()))
        ]
        for kind in (JS_DIST, CSS_DIST)
    )
    scripts, stylesheets = lists
    return (
        make_tags(scripts, "src", str, packages_url),
        make_tags(stylesheets, "href", str, packages_url),
    )


def _of_dash(path: str, **more: object) -> dict[str, object]:
    return {"relative_package_path": path, "namespace": "dash", **more}


# The bundles of dash's components in the order in which they load. Packages may append
# to these lists, which are also `dcc._js_dist`.
DCC_SCRIPTS: list[dict[str, object]] = [
    *(
        _of_dash(f"dcc/async-{name}.js", **{"async": True})
        for name in (
            "datepicker",
            "dropdown",
            "graph",
            "highlight",
            "markdown",
            "mathjax",
            "slider",
            "upload",
        )
    ),
    _of_dash("dcc/dash_core_components.js"),
    _of_dash("dcc/dash_core_components-shared.js"),
    {"dev_package_path": "dcc/proptypes.js", "dev_only": True, "namespace": "dash"},
]
HTML_SCRIPTS: list[dict[str, object]] = [_of_dash("html/dash_html_components.min.js")]
TABLE_SCRIPTS: list[dict[str, object]] = [
    *(
        _of_dash(f"dash_table/async-{name}.js", **{"async": True})
        for name in ("export", "table", "highlight")
    ),
    _of_dash("dash_table/bundle.js"),
]
PLOTLY_SCRIPT: dict[str, object] = {
    "relative_package_path": "package_data/plotly.min.js",
    "namespace": "plotly",
    "async": "eager",
}


_REACT_VERSIONS = frozenset({"18.3.1", "18.2.0", "16.14.0"})


def set_react_version(v_react: str, v_reactdom: str | None = None) -> None:
    """Accept a version of React that Dash has; a site always has 18.3.1 (R-6).

    Raises:
        AssertionError: Dash does not have it.
    """
    for version in (v_react, v_reactdom or v_react):
        if version not in _REACT_VERSIONS:
            raise AssertionError(f"looking for one of {set(_REACT_VERSIONS)}, found {version}")


def dash_scripts(*, with_plotly: bool) -> list[dict[str, object]]:
    """Return the bundles of every page, in Dash's order, with plotly.js if eager (R-19)."""
    plotly = [PLOTLY_SCRIPT] if with_plotly else []
    return [*DCC_SCRIPTS, *plotly, *HTML_SCRIPTS, *TABLE_SCRIPTS]
