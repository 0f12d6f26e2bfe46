"""`dash._utils`: the private names that apps and published packages import."""

from pyrt.app.private_names import (
    gen_salt,
    inputs_to_dict,
    inputs_to_vals,
    interpolate_str,
    patch_collections_abc,
    split_callback_id,
    to_json,
)
from pyrt.model.attributes import AttributeDict
from pyrt.model.ids import stringify_id

__all__ = [
    "AttributeDict",
    "gen_salt",
    "inputs_to_dict",
    "inputs_to_vals",
    "interpolate_str",
    "patch_collections_abc",
    "split_callback_id",
    "stringify_id",
    "to_json",
]
