"""The one type of JSON values. Imports nothing."""

type Json = None | bool | int | float | str | list[Json] | dict[str, Json]
