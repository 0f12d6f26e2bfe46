"""`dash._validate`: what packages that route pages themselves import."""

from pyrt.app.private_names import validate_and_group_input_args, validate_layout

__all__ = ["validate_and_group_input_args", "validate_layout"]
