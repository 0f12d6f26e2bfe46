"""What `pyrt doctor` says of this machine: versions, programs, caches, hosts; for a bug report.

Reads only. Nothing that is secret is part of a report.
"""
