"""A store of jobs for tests."""


class Texts:
    """Holds texts in memory; `kept` says for how many seconds each is kept, None for ever."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.kept: dict[str, float | None] = {}

    def get(self, key: str) -> str | None:
        return self.texts.get(key)

    def set(self, key: str, text: str, expire_s: float | None = None) -> None:
        self.texts[key] = text
        self.kept[key] = expire_s

    def add(self, key: str, text: str, expire_s: float | None = None) -> str:
        if key not in self.texts:
            self.set(key, text, expire_s)
        return self.texts[key]

    def touch(self, key: str, expire_s: float) -> None:
        self.kept[key] = expire_s

    def delete(self, key: str) -> None:
        self.texts.pop(key, None)
