"""`python -m pyrt.server --jobs APP.py LAUNCH`: the fork server of an app (`jobs.fork_server`)."""

import json
import sys
from pathlib import Path

from pyrt.model.environment import decode_launch
from pyrt.server.serve import run_job_server, run_one_job

option, entry, how = sys.argv[1:]
run = {"--jobs": run_job_server, "--job": run_one_job}[option]
run(Path(entry), decode_launch(json.loads(how)))
