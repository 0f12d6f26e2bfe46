"""The address of a page."""

from pyrt.testing.address import Address


def test_parts_of_an_address():
    location = Address("/a/b?x=1#y").location
    assert (location.pathname, location.search, location.hash) == ("/a/b", "?x=1", "#y")
    assert location.href == "http://127.0.0.1:8050/a/b?x=1#y"


def test_history_forgets_what_came_after():
    address = Address("/")
    address.push("/a")
    address.push("b?c")
    assert address.location.href.endswith("/b?c")
    assert address.step(-1)
    address.push("/d")
    assert not address.step(1)
    assert address.step(-2)
    assert address.location.pathname == "/"


def test_links_to_other_hosts_are_not_own():
    address = Address("/")
    assert address.is_own("/a")
    assert not address.is_own("https://dash.plotly.com/")


def test_a_location_moves_as_it_refreshes():
    address = Address("/a?x=1")
    moved = address.move({"pathname": "/b", "refresh": False}, {"pathname": "/b"})
    assert moved is not None
    assert (moved.url, moved.reloads, moved.tells_all) == ("/b?x=1", False, False)
    loaded = address.move({"href": "/c"}, {"href": "/c"})
    assert loaded is not None
    assert loaded.reloads
    assert address.move({"search": "?x=1"}, {"search": "?x=1"}) is None
    assert address.missing({"pathname": "/z"}).keys() == {"href", "hash", "search"}
