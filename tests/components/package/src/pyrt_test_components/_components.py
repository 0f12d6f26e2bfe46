"""The classes, in the shape that Dash's generator gives them."""
# ruff: noqa: A002, PLR0913, PLR0917, RUF012 -- that shape is not ours to choose
# mypy: ignore-errors

from dash.development.base_component import Component, _explicitize_args


class Stamp(Component):
    """A button with a label in it.

    Keyword arguments:
    - id (string; optional)
    - colour (string; default "teal")
    - label (a list of or a singular dash component, string or number; optional)
    - n_clicks (number; default 0)
    - data-* (string; optional)
    """

    _children_props = ["label"]
    _base_nodes = ["label", "children"]
    _namespace = "pyrt_test_components"
    _type = "Stamp"

    @_explicitize_args
    def __init__(self, id=None, colour=None, label=None, n_clicks=None, **kwargs):
        self._prop_names = ["id", "colour", "data-*", "label", "n_clicks"]
        self._valid_wildcard_attributes = ["data-"]
        self.available_properties = ["id", "colour", "data-*", "label", "n_clicks"]
        self.available_wildcard_properties = ["data-"]
        _explicit_args = kwargs.pop("_explicit_args")
        _locals = locals()
        _locals.update(kwargs)
        args = {name: _locals[name] for name in _explicit_args}
        super().__init__(**args)


class Shelf(Component):
    """Children, and components in three other kinds of places.

    Keyword arguments:
    - children (a list of or a singular dash component, string or number; optional)
    - id (string; optional)
    - chosen (string; optional): the value of the item clicked last
    - frame (dict; optional): {"title": node, "line": string}
    - items (list of dicts; required): [{"label": node, "value": string}]
    - slots (dict; optional): {any name: node}
    - drawers (dict; optional): {any name: {"content": node}}
    """

    _children_props = ["items[].label", "frame.title", "slots{}", "drawers{}.content"]
    _base_nodes = ["items", "frame", "slots", "drawers", "children"]
    _namespace = "pyrt_test_components"
    _type = "Shelf"

    @_explicitize_args
    def __init__(
        self,
        children=None,
        id=None,
        chosen=None,
        frame=None,
        items=Component.REQUIRED,
        slots=None,
        drawers=None,
        **kwargs,
    ):
        self._prop_names = ["children", "id", "chosen", "drawers", "frame", "items", "slots"]
        self._valid_wildcard_attributes = []
        self.available_properties = [
            "children",
            "id",
            "chosen",
            "drawers",
            "frame",
            "items",
            "slots",
        ]
        self.available_wildcard_properties = []
        _explicit_args = kwargs.pop("_explicit_args")
        _locals = locals()
        _locals.update(kwargs)
        args = {name: _locals[name] for name in _explicit_args if name != "children"}
        for name in ["items"]:
            if name not in args:
                raise TypeError("Required argument `" + name + "` was not specified.")
        super().__init__(children=children, **args)


class Later(Component):
    """Shows a text, once its chunk has come; sends its length as `size` when it mounts.

    Keyword arguments:
    - id (string; optional)
    - size (number; optional): sent by the component
    - text (string; optional)
    """

    _children_props = []
    _base_nodes = ["children"]
    _namespace = "pyrt_test_components"
    _type = "Later"

    @_explicitize_args
    def __init__(self, id=None, size=None, text=None, **kwargs):
        self._prop_names = ["id", "size", "text"]
        self._valid_wildcard_attributes = []
        self.available_properties = ["id", "size", "text"]
        self.available_wildcard_properties = []
        _explicit_args = kwargs.pop("_explicit_args")
        _locals = locals()
        _locals.update(kwargs)
        args = {name: _locals[name] for name in _explicit_args}
        super().__init__(**args)


class Peek(Component):
    """Shows whether it is loading, and a prop of another component, read from the layout.

    Keyword arguments:
    - id (string; optional)
    - of (dict | string; optional): the id of the other component
    - prop (string; optional)
    - value (string; optional)
    """

    _children_props = []
    _base_nodes = ["children"]
    _namespace = "pyrt_test_components"
    _type = "Peek"

    @_explicitize_args
    def __init__(self, id=None, of=None, prop=None, value=None, **kwargs):
        self._prop_names = ["id", "of", "prop", "value"]
        self._valid_wildcard_attributes = []
        self.available_properties = ["id", "of", "prop", "value"]
        self.available_wildcard_properties = []
        _explicit_args = kwargs.pop("_explicit_args")
        _locals = locals()
        _locals.update(kwargs)
        args = {name: _locals[name] for name in _explicit_args}
        super().__init__(**args)


class Guest(Component):
    """Renders a component that is data, not layout, through the host's ExternalWrapper.

    Keyword arguments:
    - id (string; optional)
    - component (dict; optional): {"namespace", "type", "props"}
    """

    _children_props = []
    _base_nodes = ["children"]
    _namespace = "pyrt_test_components"
    _type = "Guest"

    @_explicitize_args
    def __init__(self, id=None, component=None, **kwargs):
        self._prop_names = ["id", "component"]
        self._valid_wildcard_attributes = []
        self.available_properties = ["id", "component"]
        self.available_wildcard_properties = []
        _explicit_args = kwargs.pop("_explicit_args")
        _locals = locals()
        _locals.update(kwargs)
        args = {name: _locals[name] for name in _explicit_args}
        super().__init__(**args)


class Broken(Component):
    """Throws while rendering as soon as `fail` is true.

    Keyword arguments:
    - children (a list of or a singular dash component, string or number; optional)
    - id (string; optional)
    - fail (boolean; default False)
    """

    _children_props = []
    _base_nodes = ["children"]
    _namespace = "pyrt_test_components"
    _type = "Broken"

    @_explicitize_args
    def __init__(self, children=None, id=None, fail=None, **kwargs):
        self._prop_names = ["children", "id", "fail"]
        self._valid_wildcard_attributes = []
        self.available_properties = ["children", "id", "fail"]
        self.available_wildcard_properties = []
        _explicit_args = kwargs.pop("_explicit_args")
        _locals = locals()
        _locals.update(kwargs)
        args = {name: _locals[name] for name in _explicit_args if name != "children"}
        super().__init__(children=children, **args)
