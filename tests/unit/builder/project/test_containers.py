"""What Dockerfiles and compose files start, in terms of the project's folders."""

import pytest

from pyrt_build.project.containers import read_compose, read_dockerfile
from pyrt_build.project.start_commands import StartCommand
from tests.support.workspace import write_files

SERVER = StartCommand(module="app", attribute="server")


def started(folder, text, files=("app.py",)):
    write_files(folder, {"Dockerfile": text, **dict.fromkeys(files, "")})
    found = read_dockerfile(folder, "Dockerfile")
    return found and found.command


@pytest.mark.parametrize(
    "end",
    [
        'CMD ["gunicorn", "-b", "0.0.0.0:8050", "app:server"]',
        "CMD gunicorn -b 0.0.0.0:8050 app:server",
        'ENTRYPOINT ["gunicorn"]\nCMD ["app:server"]',
        "CMD exec gunicorn --bind :$PORT \\\n    # how many\n    --workers 1 app:server",
        'CMD ["sh", "-c", "gunicorn app:server"]',
        'CMD ["python", "x.py"]\nCMD ["gunicorn", "app:server"]',
        'ENTRYPOINT ["./entry.sh"]\nCMD ["gunicorn", "app:server"]',
    ],
)
def test_forms_of_a_command(tmp_path, end):
    assert started(tmp_path, f"FROM python:3.12\nWORKDIR /code\nCOPY . .\n{end}\n") == SERVER


@pytest.mark.parametrize(
    ("text", "file", "folder"),
    [
        ("WORKDIR /app\nCOPY src/ .\n", "src/app.py", "src"),
        ("WORKDIR /app\nCOPY src ./src\nWORKDIR /app/src\n", "src/app.py", "src"),
        ("COPY . /srv\nWORKDIR /srv/dashboard\n", "dashboard/app.py", "dashboard"),
        ("WORKDIR /app\nCOPY --chown=me web/app.py web/x.txt ./\n", "web/app.py", "web"),
        ("WORKDIR /app\nCOPY requirements.txt .\nCOPY . .\n", "app.py", ""),
        ("FROM base AS b\nWORKDIR /w\nCOPY src/ .\nFROM b\n", "src/app.py", "src"),
        ("WORKDIR /w\nCOPY --from=build /x /y\nCOPY ./ ./\n", "app.py", ""),
    ],
)
def test_folders_of_the_container_are_those_of_the_project(tmp_path, text, file, folder):
    end = 'CMD ["gunicorn", "app:server"]\n'
    command = started(tmp_path, f"FROM python:3.12 AS base\n{text}{end}", [file])
    assert command == StartCommand(module="app", attribute="server", folder=folder)


def test_a_service_whose_dockerfile_is_not_here_starts_in_the_project(tmp_path):
    command = 'bash -c "cd web && gunicorn -w 2 app:server"'
    text = f"services:\n  web:\n    image: x\n    working_dir: /srv\n    command: {command}\n"
    write_files(tmp_path, {"compose.yaml": text, "web/app.py": ""})
    (start,) = read_compose(tmp_path, "compose.yaml")
    assert start.command == StartCommand(module="app", attribute="server", folder="web")


def test_a_file_with_its_whole_path(tmp_path):
    command = started(tmp_path, "FROM x\nCOPY src /app\nCMD python /app/main.py\n", ["src/main.py"])
    assert command == StartCommand(file="main.py", folder="src")


def test_python_path_and_a_script(tmp_path):
    write_files(tmp_path, {"start.sh": "#!/bin/sh\nexec gunicorn tides.app:server\n"})
    command = started(
        tmp_path,
        'FROM x\nWORKDIR /app\nENV PYTHONPATH=/app/src\nCOPY . /app\nCMD ["./start.sh"]\n',
        ["src/tides/app.py"],
    )
    assert command == StartCommand(module="tides.app", attribute="server", path=("src",))


@pytest.mark.parametrize("text", ["", "FROM x\n", "FROM x\nCMD npm start\n", "nonsense", "CMD [\n"])
def test_other_files_start_nothing(tmp_path, text):
    assert started(tmp_path, text) is None
    assert read_dockerfile(tmp_path, "Dockerfile.none") is None


COMPOSE = """
services:
  redis: {image: redis}
  web:
    build: {context: ./web}
    working_dir: /app
    volumes: ["./web:/app"]
    command: gunicorn app:server
  worker:
    build: ./web
    command: ["celery", "-A", "app", "worker"]
"""


def test_services_of_a_compose_file(tmp_path):
    write_files(tmp_path, {"compose.yaml": COMPOSE, "web/app.py": "", "web/Dockerfile": "FROM x\n"})
    (found,) = read_compose(tmp_path, "compose.yaml")
    assert found.command == StartCommand(module="app", attribute="server", folder="web")
    assert found.origin == "compose.yaml, service web"


def test_a_service_without_a_command_has_that_of_its_dockerfile(tmp_path):
    dockerfile = "FROM x\nWORKDIR /a\nCOPY . .\nCMD python main.py\n"
    write_files(
        tmp_path,
        {"c.yml": "services: {web: {build: web}}", "web/Dockerfile": dockerfile, "web/main.py": ""},
    )
    (found,) = read_compose(tmp_path, "c.yml")
    assert found.command == StartCommand(file="main.py", folder="web")


@pytest.mark.parametrize("text", ["", "services: 3", "services: {a: b}", "- [", "services: [a]"])
def test_broken_compose_files_start_nothing(tmp_path, text):
    write_files(tmp_path, {"c.yml": text})
    assert read_compose(tmp_path, "c.yml") == []
