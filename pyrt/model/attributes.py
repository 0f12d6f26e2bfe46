"""`AttributeDict`: a dict whose keys are attributes as well, and can be made read-only.

Apps get it as `app.config`, `ctx.inputs` and nested callback arguments.
"""

from collections.abc import Iterable, Mapping


class AttributeDict(dict[str, object]):
    """A dict with attribute access, which can refuse to change some keys, or to add any (S-170).

    >>> config = AttributeDict(title="Sales")
    >>> config.title
    'Sales'
    """

    def __getattr__(self, key: str) -> object:
        if key in self:
            return self[key]
        raise AttributeError(key)

    def __setattr__(self, key: str, value: object) -> None:
        self[key] = value

    def __setitem__(self, key: str, value: object) -> None:
        locks = self.__dict__
        read_only = locks.get("_read_only", {})
        if key in read_only:
            raise AttributeError(read_only[key], key)
        if locks.get("_final") and key not in self:
            raise AttributeError(locks["_final"], key)
        super().__setitem__(key, value)

    def update(  # type: ignore[override]  # Dash's signature: one mapping or keywords
        self, other: Mapping[str, object] | None = None, **kwargs: object
    ) -> None:
        """Set several keys, with the checks of a single assignment."""
        for key, value in (kwargs if other is None else other).items():
            self[key] = value

    def set_read_only(self, names: Iterable[str], msg: str = "Attribute is read-only") -> None:
        """Refuse to change these keys from now on, with this message."""
        locks = self.__dict__.setdefault("_read_only", {})
        locks.update(dict.fromkeys(names, msg))

    def unset_read_only(self, keys: Iterable[str]) -> None:
        """Allow these keys to be changed again."""
        for key in keys:
            self.__dict__.get("_read_only", {}).pop(key, None)

    def finalize(self, msg: str = "Object is final: No new keys may be added.") -> None:
        """Refuse new keys from now on, with this message."""
        self.__dict__["_final"] = msg

    def first(self, *names: str) -> object:
        """Return the first truthy value of these keys; without names, the first key."""
        if not names:
            return next(iter(self), {})
        return next((self[name] for name in names if self.get(name)), None)
