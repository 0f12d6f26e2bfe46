"""Components for the tests of pyrt: what a Dash component package consists of, in short."""
# mypy: ignore-errors

from ._components import Broken, Guest, Later, Peek, Shelf, Stamp

__version__ = "1.2.3"
__all__ = ["Broken", "Guest", "Later", "Peek", "Shelf", "Stamp"]

_js_dist = [
    {"relative_package_path": "pyrt_test_components.js", "namespace": "pyrt_test_components"},
    {
        "relative_package_path": "async-later.js",
        "namespace": "pyrt_test_components",
        "async": True,
    },
]
_css_dist = [
    {
        "relative_package_path": "css/pyrt_test_components.css",
        "namespace": "pyrt_test_components",
    },
    {
        "relative_package_path": "css/paper.svg",
        "namespace": "pyrt_test_components",
        "dynamic": True,
    },
]

for _component in (Broken, Guest, Later, Peek, Shelf, Stamp):
    _component._js_dist = _js_dist
    _component._css_dist = _css_dist
