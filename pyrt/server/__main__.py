"""`python -m pyrt.server --jobs APP.py`: the fork server of an app, see `jobs.fork_server`."""

import sys
from pathlib import Path

from pyrt.server.serve import run_fork_server

option, entry = sys.argv[1:]
assert option == "--jobs"
run_fork_server(Path(entry))
