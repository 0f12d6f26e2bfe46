"""The component model (being written)."""


class Component:
    """A value without behaviour: namespace, type, props."""

    def _set_random_id(self) -> object:
        raise NotImplementedError
