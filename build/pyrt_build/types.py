"""The one type of JSON values. Imports nothing."""

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
