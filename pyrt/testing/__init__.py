"""Tests of apps without a browser: what the pytest fixture `pyrt_app` gives (docs/testing.md)."""

from pyrt.testing.elements import Element as Element
from pyrt.testing.page import ClientsideWarning as ClientsideWarning
from pyrt.testing.page import Page as Page
from pyrt.testing.records import Call as Call
from pyrt.testing.records import PageError as PageError
