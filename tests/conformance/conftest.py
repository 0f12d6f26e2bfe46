"""The sample's tests are run by the harness and not by our pytest."""

collect_ignore = ["sample"]


def pytest_addoption(parser):
    """Add `--form`: what the sample's apps are built as."""
    parser.addoption("--form", choices=["site", "single-file"], default="site")
