"""The sample's tests are run by the harness and not by our pytest."""

collect_ignore = ["sample"]
