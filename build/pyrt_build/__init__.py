"""The builder: turns a Dash app into a folder of static files."""

from importlib.metadata import version

VERSION = version("pyrt")
