"""The type of JSON values."""

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
