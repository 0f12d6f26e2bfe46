"""Which changes of files are told."""

import os
import threading

import pytest

from pyrt_build.dev.watcher import Watcher


@pytest.fixture
def project(tmp_path):
    for where in ("app.py", "assets/a.css", "data/d.csv", "beside/log.txt", "log.txt"):
        path = tmp_path / where
        path.parent.mkdir(exist_ok=True)
        path.write_text("1")
    return tmp_path


class Told:
    """A watcher in a thread; `take` waits for what it tells."""

    def __init__(self, read, folders):
        self.watcher = Watcher(read, folders)
        self.paths = set()
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        for paths in self.watcher.changes():
            with self.changed:
                self.paths |= paths
                self.changed.notify_all()
            self.watcher.built()

    def take(self, path):
        """Wait until a path was told, or its folder; return what was told, and forget it."""
        with self.changed:
            assert self.changed.wait_for(lambda: {path, path.parent} & self.paths, 60)
            paths, self.paths = self.paths, set()
        return paths

    def end(self):
        self.watcher.stop.set()
        self.thread.join(60)


@pytest.fixture
def told(project):
    def folders():
        return {project, project / "assets", project / "data", project / "pages"}

    def read():
        return [project / name for name in ("app.py", "assets/a.css", "data/d.csv")]

    made = Told(read, folders)
    yield made
    made.end()


def test_files_that_were_read_are_told_and_those_beside_them_are_not(project, told):
    (project / "log.txt").write_text("22")
    (project / "beside" / "log.txt").write_text("22")
    (project / "data" / "d.csv").write_text("22")
    told.take(project / "data" / "d.csv")
    (project / "app.py").write_text("333")
    paths = told.take(project / "app.py")
    assert project / "log.txt" not in paths
    assert project / "beside" / "log.txt" not in paths


def test_a_file_that_an_editor_replaces_and_one_that_goes_are_told(project, told):
    (project / "app.tmp").write_text("22")
    (project / "app.tmp").replace(project / "app.py")
    told.take(project / "app.py")
    (project / "assets" / "a.css").unlink()
    told.take(project / "assets" / "a.css")


def test_a_folder_that_comes_later_is_watched_from_then_on(project, told):
    (project / "pages").mkdir()
    told.take(project / "pages")
    (project / "pages" / "home.py").write_text("1")
    told.take(project / "pages" / "home.py")


def test_what_changes_while_the_build_reads_is_told(project, told):
    """The watcher is older than these changes, and no event tells of them."""
    (project / "app.py").write_text("22")
    told.take(project / "app.py")


def test_what_was_there_before_the_build_is_not_told(project):
    for path in (project, project / "app.py"):
        os.utime(path, (1, 1))
    watcher = Watcher(lambda: [project / "app.py"], lambda: [project])
    watcher.built()
    assert watcher._missed() == set()
    (project / "app.py").write_text("22")
    assert watcher._missed() == {project / "app.py"}
