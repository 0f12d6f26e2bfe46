"""`dash.dependencies`."""

from pyrt.model.dependencies import ClientsideFunction, Input, Output, State
from pyrt.model.dependencies import Dependency as DashDependency
from pyrt.model.ids import ALL, ALLSMALLER, MATCH, Wildcard, stringify_id

_Wildcard = Wildcard  # its name before Dash 3.4

__all__ = [
    "ALL",
    "ALLSMALLER",
    "MATCH",
    "ClientsideFunction",
    "DashDependency",
    "Input",
    "Output",
    "State",
    "Wildcard",
    "stringify_id",
]
