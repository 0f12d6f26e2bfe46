"""`dash.development.base_component`: what generated component classes import."""

from pyrt.model.component import (
    Component,
    ComponentMeta,
    ComponentRegistry,
    ComponentSingleType,
    ComponentType,
    _explicitize_args,
)

__all__ = [
    "Component",
    "ComponentMeta",
    "ComponentRegistry",
    "ComponentSingleType",
    "ComponentType",
    "_explicitize_args",
]
