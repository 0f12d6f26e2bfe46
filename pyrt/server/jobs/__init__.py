"""Background callbacks as jobs on a server (S-120 to S-127).

Runs in the server (`lifecycle`), in a process that forks jobs (`fork_server`) and in the process of
the job itself, which a Celery worker may be (`run_job`). Read `lifecycle` first.
"""
