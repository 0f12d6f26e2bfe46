"""`python -m pyrt.server --jobs APP.py`: the process that forks the jobs of an app."""

import sys
from pathlib import Path

from pyrt.server.serve import run_jobs

option, entry = sys.argv[1:]
assert option == "--jobs"
run_jobs(Path(entry))
