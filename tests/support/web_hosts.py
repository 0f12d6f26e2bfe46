"""nginx and Caddy with the configurations that are shipped in deploy/."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess

from tests.support.paths import ROOT
from tests.support.ports import Port

_NGINX = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def is_installed(name: str) -> bool:
    """Whether a program of this name is on the PATH."""
    return shutil.which(name) is not None


@contextlib.contextmanager
def web_host(name, site, policy, folder):
    """Serve a site by `nginx` or `caddy`; yields the address.

    Args:
        policy: the Content-Security-Policy.
        folder: for files of the server; it must be empty.
    """
    port = Port()
    filled = {"nginx": _nginx, "caddy": _caddy}[name](site, policy, folder, port.number)
    with subprocess.Popen(filled, env={**os.environ, "HOME": str(folder)}) as server:
        try:
            while True:
                assert server.poll() is None, f"{name} has ended"
                with (
                    contextlib.suppress(OSError),
                    socket.create_connection(("127.0.0.1", port.number)),
                ):
                    break
            yield f"http://127.0.0.1:{port.number}"
        finally:
            server.terminate()


def _filled(name, site, policy, changes):
    """The text of a shipped file with the words in it replaced, each of which it has."""
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    for old, new in {"/srv/site": str(site), '"POLICY"': f'"{policy}"', **changes}.items():
        assert old in text
        text = text.replace(old, new)
    return text


def _nginx(site, policy, folder, port):
    changes = {"listen 80;": f"listen 127.0.0.1:{port};"}
    (folder / "site.conf").write_text(_filled("nginx.conf", site, policy, changes))
    user = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(_NGINX.format(user=user, folder=folder))
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _caddy(site, policy, folder, port):
    changes = {"app.example.org {": f"http://127.0.0.1:{port} {{"}
    text = _filled("Caddyfile", site, policy, changes)
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
