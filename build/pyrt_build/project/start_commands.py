"""Command lines that start a web app, as they stand in a Procfile, a Dockerfile or a script.

`gunicorn --chdir src app:server` names a module and a folder, `python run.py` a file. Programs
around them (`exec`, `poetry run`, `sh -c`) are passed over. What starts no Python app gives None.
"""

import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

# Options without a value; all other short and long options of the servers have one.
_FLAGS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "--reload --preload --preload-app -D --daemon --check-config --print-config --spew"
        " --no-sendfile --reuse-port -R --enable-stdio-inheritance --capture-output --log-syslog"
        " --proxy-protocol --factory --call --master --debug --use-colors --no-use-colors"
        " --proxy-headers --no-proxy-headers --expose-tracebacks --no-expose-tracebacks"
        " --access-log --no-access-log --disable-redirect-access-to-syslog --ws --no-ws"
    ).split()
)
_SERVERS = frozenset(
    {"gunicorn", "waitress-serve", "uvicorn", "hypercorn", "granian", "chaussette"}
)
# Programs that run the rest of the line.
_WRAPPERS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "exec nohup sudo time nice env dumb-init tini tini-- -- ddtrace-run"
        " opentelemetry-instrument newrelic-admin run-program poetry pipenv uv pdm rye hatch conda"
        " mamba micromamba run python-env dotenv xvfb-run"
    ).split()
)
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ash"})
_CALLABLE = re.compile(r"[^\W\d][\w.]*(:[^\W\d][\w.]*(\(.*\))?)?")
_VARIABLE = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_PYTHON = re.compile(r"(pypy|python)[\d.]*(\.exe)?")
_MAX_SCRIPTS = 3  # that call each other

type ReadScript = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class StartCommand:
    """What a command line starts; paths are relative to where it stands, with `/`.

    Attributes:
        file: of `python FILE`; otherwise empty.
        module: of `python -m` or of a server; otherwise empty.
        attribute: of a server's `module:attribute`; a call has its parentheses.
        folder: where it starts, "" for where it stands.
        path: more folders for `sys.path`.
    """

    file: str = ""
    module: str = ""
    attribute: str = ""
    folder: str = ""
    path: tuple[str, ...] = field(default_factory=tuple)


def read_command(text: str, read_script: ReadScript = lambda _: None) -> StartCommand | None:
    """Return what a command line of a shell starts; None if that is no Python app.

    Args:
        text: the line; commands may be joined by `&&`, `;` or newlines.
        read_script: returns the text of a shell script that the line runs, None if there is none.
    """
    return _Reader(read_script, _MAX_SCRIPTS).read_text(text)


def read_words(
    words: Sequence[str], read_script: ReadScript = lambda _: None
) -> StartCommand | None:
    """Return what a command in parts starts, as `["gunicorn", "app:server"]`."""
    return _Reader(read_script, _MAX_SCRIPTS).read_words(list(words))


class _Reader:
    def __init__(self, read_script: ReadScript, depth: int) -> None:
        self._read_script = read_script
        self._depth = depth
        self._folder = ""
        self._path: tuple[str, ...] = ()
        self._app = ""  # FLASK_APP

    def read_text(self, text: str) -> StartCommand | None:
        found = None
        for words in _commands(text):
            command = self.read_words(words)
            if command:
                found = command
        return found

    def read_words(self, words: list[str]) -> StartCommand | None:
        words = self._without_wrappers(words)
        if not words:
            return None
        program, arguments = words[0].replace("\\", "/").rpartition("/")[2], words[1:]
        if program in {"cd", "pushd"} and arguments:
            self._folder = posixpath.normpath(posixpath.join(self._folder, arguments[0]))
            return None
        if program == "export":
            self._without_wrappers(arguments)
            return None
        found = self._read_program(program, words[0], arguments)
        if found is None:
            return None
        return replace(
            found,
            folder=_joined(self._folder, found.folder),
            path=(*(_joined(self._folder, p) for p in self._path), *found.path),
        )

    def _read_program(  # noqa: PLR0911  # one for each kind of program
        self, program: str, path: str, arguments: list[str]
    ) -> StartCommand | None:
        if _PYTHON.fullmatch(program):
            return self._read_python(arguments)
        if program in _SERVERS:
            return _read_server(arguments)
        if program == "uwsgi":
            return _read_uwsgi(arguments)
        if program == "flask":
            return self._read_flask(arguments)
        if program in _SHELLS:
            return self._read_shell(arguments)
        if program.endswith((".sh", ".bash")):
            return self._run_script(path)
        return StartCommand(file=path) if path.endswith(".py") else None

    def _without_wrappers(self, words: list[str]) -> list[str]:
        """Drop variables and programs in front of the command."""
        rest = list(words)
        wrapped = False
        while rest:
            word = rest[0]
            variable = _VARIABLE.fullmatch(word)
            if variable:
                self._note_variable(variable[1], variable[2])
            elif word.rpartition("/")[2] in _WRAPPERS:
                wrapped = True
            elif not (wrapped and word.startswith("-")):
                return rest
            elif word in {"-n", "-p", "--name", "--prefix", "-f", "--env-file"}:
                rest = rest[1:]
            rest = rest[1:]
        return rest

    def _note_variable(self, name: str, value: str) -> None:
        if name == "PYTHONPATH":
            parts = [p for p in value.split(":") if p and "$" not in p]
            self._path = (*self._path, *parts)
        elif name == "FLASK_APP":
            self._app = value

    def _read_python(self, arguments: list[str]) -> StartCommand | None:
        rest = list(arguments)
        while rest:
            word = rest.pop(0)
            if word == "-m":
                if rest and rest[0] in _SERVERS | {"flask"}:
                    return self._read_program(rest[0], rest[0], rest[1:])
                return StartCommand(module=rest[0]) if rest else None
            if word == "-c":
                return None
            if word in {"-W", "-X"}:
                rest = rest[1:]
            elif not word.startswith("-"):
                return StartCommand(file=word.replace("\\", "/"))
        return None

    def _read_flask(self, arguments: list[str]) -> StartCommand | None:
        app = self._app
        for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
            if word in {"--app", "-A"}:
                app = following
            elif word.startswith("--app="):
                app = word.removeprefix("--app=")
        if app.endswith(".py"):
            return StartCommand(file=app)
        module, _, attribute = app.partition(":")
        return StartCommand(module=module, attribute=attribute or "app") if module else None

    def _read_shell(self, arguments: list[str]) -> StartCommand | None:
        for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
            if re.fullmatch(r"-[a-z]*c", word):
                return self._inner(self._depth).read_text(following)
            if not word.startswith("-"):
                return self._run_script(word)
        return None

    def _run_script(self, path: str) -> StartCommand | None:
        text = self._read_script(_joined(self._folder, path)) if self._depth else None
        return None if text is None else self._inner(self._depth - 1).read_text(text)

    def _inner(self, depth: int) -> "_Reader":
        """Return a reader for a shell that starts in the current folder."""
        return _Reader(lambda path: self._read_script(_joined(self._folder, path)), depth)


def _joined(folder: str, path: str) -> str:
    joined = posixpath.normpath(posixpath.join(folder, path)) if folder or path else ""
    return "" if joined == "." else joined


def _options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the options of a server with their values, and its other arguments as ("", word)."""
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            yield "", word
        elif "=" in word:
            name, _, value = word.partition("=")
            yield name, value
        elif word in _FLAGS or not rest:
            yield word, ""
        else:
            yield word, rest.pop(0)


def _read_server(arguments: Sequence[str]) -> StartCommand | None:
    folder, path, target, is_factory = "", [], "", False
    for name, value in _options(arguments):
        if name in {"--chdir", "--app-dir", "--working-dir"}:
            folder = value
        elif name == "--pythonpath":
            path += [p for p in value.split(",") if p]
        elif name in {"--factory", "--call"}:
            is_factory = True
        elif not name and not target and _CALLABLE.fullmatch(value):
            target = value
    module, _, attribute = target.partition(":")
    if not module:
        return None
    attribute = attribute or "application"
    call = "()" if is_factory and not attribute.endswith(")") else ""
    return StartCommand(module=module, attribute=attribute + call, folder=folder, path=tuple(path))


def _read_uwsgi(arguments: Sequence[str]) -> StartCommand | None:
    given = dict(_options(arguments))
    folder = given.get("--chdir", "")
    attribute = given.get("--callable", "application")
    module = given.get("--module") or given.get("-w") or ""
    if module:
        name, _, named = module.partition(":")
        return StartCommand(module=name, attribute=named or attribute, folder=folder)
    file = given.get("--wsgi-file") or given.get("--file") or ""
    if not file:
        return None
    module = posixpath.normpath(file).removesuffix(".py").replace("/", ".")
    return StartCommand(module=module, attribute=attribute, folder=folder)


def _commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command of a shell script."""
    joined = re.sub(r"\\\r?\n", " ", text)
    for line in joined.splitlines():
        try:
            lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;")
            lexer.whitespace_split = True
            words = list(lexer)
        except ValueError:  # a quotation without its end
            continue
        command: list[str] = []
        for word in words:
            if word and set(word) <= set("&|;"):
                yield command
                command = []
            elif command or word not in {"if", "then", "else", "do", "done", "fi", "{", "}"}:
                command.append(word)
        yield command
