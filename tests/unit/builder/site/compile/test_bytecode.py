"""Python source is replaced by compiled bytecode, in folders and in wheels."""

import io
import marshal
import subprocess
import zipfile

import pytest

from pyrt_build import cache, hashes, target
from pyrt_build.console.notes import Code
from pyrt_build.site import image
from pyrt_build.site.compile import bytecode, wheel_bytecode
from pyrt_build.site.compile.compiler import main as compile_image


@pytest.fixture(autouse=True)
def no_compiler(tmp_path, monkeypatch):
    """A machine with neither CPython 3.14 nor Node, and an empty cache."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYRT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYRT_STATIC", str(tmp_path / "static"))
    monkeypatch.setattr(bytecode, "MAGIC", b"none")


def compiled_before(sources):
    """Put a result in the cache, as a build on a machine with a compiler would."""
    key = bytecode.key(sources)
    codes = image.pack({path: b"code of " + path.encode() for path in sources})
    cache.store(cache.folder("bytecode") / key, codes)


@pytest.fixture
def notes():
    return []


@pytest.fixture
def compiler(notes):
    return bytecode.Compiler(notes.append)


def test_without_an_interpreter_source_is_shipped_and_that_is_said_once(compiler, notes):
    files = {"a.py": b"x = 1", "b.json": b"{}"}
    for mount in ("/pyrt/packages", "/pyrt/engine"):
        assert bytecode.compiled(files, mount, compiler, keep_source=False) == files
    assert bytecode.compiled({"b.json": b"{}"}, "/m", compiler, keep_source=False)
    assert [note.code for note in notes] == [Code.NO_COMPILER]
    text = notes[0].text
    assert "neither CPython 3.14 nor Node is installed" in text
    assert "Install one" in text, "what to do"


def test_without_an_interpreter_nothing_is_said_if_all_was_compiled_before(compiler, notes):
    compiled_before({"/m/a.py": b"x = 1"})
    bytecode.compiled({"a.py": b"x = 1", "b.json": b"{}"}, "/m", compiler, keep_source=False)
    assert notes == []


TIMED_OUT = subprocess.TimeoutExpired(["node"], bytecode.TIMEOUT_S)
FAILED = subprocess.CalledProcessError(1, ["node"], stderr=b"at x\nError: no memory\n")


@pytest.fixture
def runs(monkeypatch):
    """A compiler that fails with `runs.error`; the images that it was given."""

    class Runs:
        def __init__(self):
            self.error: Exception = TIMED_OUT
            self.sources: list[list[str]] = []

    made = Runs()

    def run(command, source):
        made.sources.append(sorted(image.unpack(source)))
        raise made.error

    monkeypatch.setattr(bytecode, "find_compiler", lambda: ("node",))
    monkeypatch.setattr(bytecode, "_run", run)
    return made


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TIMED_OUT, "it was stopped after 300 s"),
        (FAILED, "node failed: Error: no memory"),
        (OSError("No such file"), "No such file"),
    ],
)
def test_a_compiler_that_fails_is_reported_and_source_is_shipped(
    runs, compiler, notes, error, reason
):
    runs.error = error
    files = {"a.py": b"x = 1"}
    assert bytecode.compiled(files, "/m", compiler, keep_source=False) == files
    assert [note.code for note in notes] == [Code.NO_BYTECODE]
    text = notes[0].text
    assert text.startswith(f"Python could not be compiled to bytecode: {reason}. The site has")
    assert "Build again" in text, "what to do"


@pytest.mark.parametrize(
    ("error", "given"),
    [
        (TIMED_OUT, [["/m/a.py"]]),
        (OSError("No such file"), [["/m/a.py"]]),
        (FAILED, [["/m/a.py"], ["/n/a.py"]]),
    ],
)
def test_a_compiler_that_takes_too_long_is_started_once_in_a_build(runs, compiler, error, given):
    """An error of it may be due to one file; the limit of time is not."""
    runs.error = error
    for mount in ("/m", "/n"):
        bytecode.compiled({"a.py": b"x = 1"}, mount, compiler, keep_source=False)
    assert runs.sources == given


@pytest.fixture
def batches(monkeypatch):
    """A compiler that works; the paths that each of its processes was given."""
    given: list[list[str]] = []

    def run(command, source):
        files = image.unpack(source)
        given.append(sorted(files))
        return image.pack({path: b"code of " + data for path, data in files.items()})

    monkeypatch.setattr(bytecode, "find_compiler", lambda: ("node",))
    monkeypatch.setattr(bytecode, "_run", run)
    return given


def test_only_the_packages_that_are_new_are_compiled(batches, compiler):
    files = {"left/a.py": b"1", "left/b/c.py": b"2", "single.py": b"3"}
    bytecode.compiled(files, "/m", compiler, keep_source=False)
    more = files | {"right/a.py": b"4"}
    made = bytecode.compiled(more, "/m", bytecode.Compiler(), keep_source=False)
    assert batches == [["/m/left/a.py", "/m/left/b/c.py", "/m/single.py"], ["/m/right/a.py"]]
    assert made == {
        "left/a.pyc": b"code of 1",
        "left/b/c.pyc": b"code of 2",
        "single.pyc": b"code of 3",
        "right/a.pyc": b"code of 4",
    }


@pytest.mark.parametrize(("cores", "processes"), [(1, 1), (2, 2), (8, 3)])
def test_as_many_processes_compile_as_there_are_cores_and_work(
    batches, compiler, monkeypatch, cores, processes
):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    size = bytecode.BATCH_BYTES // 10 + 1
    groups = [{f"/m/{g}/{n}.py": b"%d" % g * size for n in range(10)} for g in range(3)]
    made = compiler.compile_groups(groups)
    assert len(batches) == processes
    given = sorted(path for batch in batches for path in batch)
    assert given == sorted(path for group in groups for path in group)
    assert [{p: b"code of " + d for p, d in group.items()} for group in groups] == made
    sizes = [len(batch) for batch in batches]
    assert max(sizes) - min(sizes) <= 1, "of the same size"


def test_files_of_the_same_path_in_two_groups_are_told_apart(batches, compiler):
    groups = [{"/m/tests/a.py": b"left", "/m/l.py": b"l"}, {"/m/tests/a.py": b"right"}]
    left, right = compiler.compile_groups(groups)
    assert left == {"/m/tests/a.py": b"code of left", "/m/l.py": b"code of l"}
    assert right == {"/m/tests/a.py": b"code of right"}
    assert bytecode.Compiler().compile_groups([groups[1]]) == [right], "and in the cache"
    assert len(batches) == 2


def test_what_does_not_compile_is_no_reason_to_try_again(monkeypatch, batches, compiler):
    def leave_out(command, source):
        batches.append(sorted(image.unpack(source)))
        return image.pack({})

    monkeypatch.setattr(bytecode, "_run", leave_out)
    for _ in range(2):
        assert compiler.compile_groups([{"/m/template.py": b"{{x}}"}]) == [{}]
    assert batches == [["/m/template.py"]]


def test_what_was_compiled_before_is_used_after_a_failure(runs, compiler):
    compiled_before({"/n/a.py": b"x = 1"})
    bytecode.compiled({"a.py": b"x = 1"}, "/m", compiler, keep_source=False)
    found = bytecode.compiled({"a.py": b"x = 1"}, "/n", compiler, keep_source=False)
    assert found == {"a.pyc": b"code of /n/a.py"}
    assert len(runs.sources) == 1


def test_bytecode_replaces_source(compiler):
    compiled_before({"/m/p/a.py": b"x = 1"})
    files = {"p/a.py": b"x = 1", "b.json": b"{}"}
    assert bytecode.compiled(files, "/m", compiler, keep_source=False) == {
        "p/a.pyc": b"code of /m/p/a.py",
        "b.json": b"{}",
    }


def test_for_debugging_bytecode_stands_beside_source(compiler):
    compiled_before({"/m/p/a.py": b"x = 1"})
    compiled_before({"/m/top.py": b""})
    files = {"p/a.py": b"x = 1", "top.py": b""}
    assert bytecode.compiled(files, "/m", compiler, keep_source=True) == {
        **files,
        "p/__pycache__/a.cpython-314.pyc": b"code of /m/p/a.py",
        "__pycache__/top.cpython-314.pyc": b"code of /m/top.py",
    }


def test_other_source_is_not_served_by_an_older_result(compiler):
    compiled_before({"/m/a.py": b"x = 1"})
    assert bytecode.compiled({"a.py": b"x = 2"}, "/m", compiler, keep_source=False) == {
        "a.py": b"x = 2"
    }


def test_the_standard_library_becomes_a_stored_zip_of_bytecode(compiler, tmp_path):
    given = tmp_path / "library.zip"
    with zipfile.ZipFile(given, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("json/__init__.py", b"x = 1")
        archive.writestr("data.txt", b"text")
    sources = {"/lib/python314.zip/json/__init__.py": b"x = 1"}
    assert bytecode.library_sources(given) == sources
    compiled_before({"/lib/python314.zip/json/__init__.py": b"x = 1"})
    made = bytecode.standard_library(given, compiler)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["data.txt", "json/__init__.pyc"]
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}
    assert bytecode.standard_library(given, compiler) == made
    assert bytecode.library_sources(given) == {}, "it is compiled"


def test_what_no_tab_can_use_is_not_in_the_standard_library(compiler, tmp_path):
    kept = [
        "_pyrepl/pager.pyc",
        "_pyrepl/utils.pyc",
        "asyncio/unix_events.pyc",
        "encodings/mbcs_not.pyc",
        "encodings/utf_8.pyc",
        "multiprocessing/popen_fork.pyc",
    ]
    left_out = [
        "_pyrepl/console.pyc",
        "_pyrepl/unix_console.pyc",
        "asyncio/windows_events.pyc",
        "asyncio/windows_utils.pyc",
        "encodings/mbcs.pyc",
        "multiprocessing/popen_spawn_win32.pyc",
    ]
    given = tmp_path / "library.zip"
    with zipfile.ZipFile(given, "w") as archive:
        for name in [*kept, *left_out]:
            archive.writestr(name.removesuffix("c"), b"x = 1")
    compiled_before({f"/lib/python314.zip/{n[:-1]}": b"x = 1" for n in [*kept, *left_out]})
    with zipfile.ZipFile(io.BytesIO(bytecode.standard_library(given, compiler))) as archive:
        assert archive.namelist() == kept


def test_the_compiler_writes_unchecked_hash_files_and_leaves_out_what_does_not_compile(tmp_path):
    """PEP 552: flags 0b01, then the hash of the source."""
    sources = {"/m/a.py": b"'''doc'''\nx = 1", "/m/bad.py": b"if:", "/m/bare/b.py": b"'''doc'''"}
    (tmp_path / "in").write_bytes(image.pack(sources))
    compile_image(str(tmp_path / "in"), str(tmp_path / "out"), "/bare/")
    made = image.unpack((tmp_path / "out").read_bytes())
    assert sorted(made) == ["/m/a.py", "/m/bare/b.py"]
    assert made["/m/a.py"][4:8] == b"\1\0\0\0"
    code = marshal.loads(made["/m/a.py"][16:])
    assert code.co_filename == "/m/a.py"
    assert "doc" in code.co_consts
    assert "doc" not in marshal.loads(made["/m/bare/b.py"][16:]).co_consts


def test_a_compiled_wheel_is_packed_again_with_a_true_record(tmp_path, compiler):
    wheel = tmp_path / f"own-1.0-cp314-cp314-{target.PLATFORM_TAG}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("own/a.py", b"x = 1")
        archive.writestr("own/b.so", b"\0asm")
        archive.writestr("own-1.0.dist-info/RECORD", "own/a.py,,\nown/b.so,,\n")
    data = wheel.read_bytes()
    sha256 = hashes.sha256(data)
    assert wheel_bytecode.with_bytecode(wheel, sha256, compiler, keep_source=False) == data
    compiled_before({f"{wheel_bytecode.MOUNT}/own/a.py": b"x = 1"})
    made = wheel_bytecode.with_bytecode(wheel, sha256, compiler, keep_source=False)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["own-1.0.dist-info/RECORD", "own/a.pyc", "own/b.so"]
        record = archive.read("own-1.0.dist-info/RECORD").decode().splitlines()
    assert [line.split(",")[0] for line in record] == [
        "own/a.pyc",
        "own/b.so",
        "own-1.0.dist-info/RECORD",
    ]
    assert wheel_bytecode.with_bytecode(wheel, sha256, compiler, keep_source=False) == made
