"""Bridges for apps with background callbacks, with Diskcache and with Celery on Redis."""

import shutil
from contextlib import ExitStack

from tests.support.bridge import Server, worker_command
from tests.support.paths import ROOT
from tests.support.programs import Program, Redis


class JobServers:
    """Starts each server once; all of them end with the block."""

    def __init__(self, folder):
        self._folder = folder
        self._ends = ExitStack()
        self._urls = {}
        self._redis = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._ends.close()

    def copy_of(self, app, where):
        """Return an app file in a copy of its folder, which says where its jobs run."""
        folder = self._folder / where
        if not folder.exists():
            shutil.copytree(app.parent, folder)
            (folder / "where.txt").write_text(where)
        return folder / app.name

    def start(self, app, where, origin):
        """Return the address of the bridge of an app."""
        if app not in self._urls:
            folder = self._folder / f"{where}-{app.stem}"
            folder.mkdir()
            broker = self._store() if where == "celery" else ""
            variables = {"BROKER": broker, "CACHE_FOLDER": str(folder / "cache")}
            if where == "celery":
                self._start_worker(app, folder / "worker", variables)
            server = Server(app, folder, "--origin", origin, "--debug", **variables)
            self._ends.callback(server.end)
            self._urls[app] = server.start().url
        return self._urls[app]

    def _store(self):
        """Return a new database of Redis: workers of different apps share no queue."""
        if self._redis is None:
            self._redis = Redis(self._folder / "redis")
            self._ends.callback(self._redis.stop)
            self._redis.start()
        return self._redis.url.removesuffix("0") + str(len(self._urls))

    def _start_worker(self, app, folder, variables):
        folder.mkdir()
        paths = f"{ROOT}:{ROOT / 'build'}"
        command = worker_command(
            app, "--concurrency", "8"
        )  # a page that goes may leave jobs behind
        worker = Program(command, folder, PYTHONPATH=paths, **variables)
        self._ends.callback(worker.stop, 9)
        worker.start(lambda: " ready." in worker.log, "the Celery worker")
