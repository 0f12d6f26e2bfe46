"""What every Celery worker imports at its start, because `CeleryManager` adds it to `include`.

A worker of `celery -A app worker` imports nothing else of the server.
"""

from pyrt.server.jobs import server_runner

server_runner.install()
