"""The pytest plugin of pyrt: the fixtures `pyrt_app` and `pyrt_site` (docs/testing.md).

pytest loads `plugin` in each run where pyrt is installed; it imports the rest when it is used.
"""
