"""The sites that all engines open: built once in a run, and shared with the tests in `browser/`."""

import pytest

from tests.support.built_sites import shared_folder
from tests.support.engine_sites import serving


@pytest.fixture(scope="session")
def host(tmp_path_factory):
    """A host of the sites, which knows the bridge of one of them."""
    sites = shared_folder(tmp_path_factory.getbasetemp())
    with serving(tmp_path_factory.mktemp("engines"), sites) as found:
        yield found
