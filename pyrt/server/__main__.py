"""`python -m pyrt.server --jobs APP.py LAUNCH`: the fork server of an app (`jobs.fork_server`)."""

import json
import sys
from pathlib import Path

from pyrt.model.environment import decode_launch
from pyrt.server.serve import run_fork_server

option, entry, how = sys.argv[1:]
assert option == "--jobs"
run_fork_server(Path(entry), decode_launch(json.loads(how)))
