"""Files that must not become part of a site, and files that only look like them."""

import base64
import bz2
import gzip
import io
import pickle
import py_compile
import struct
import zipfile
import zlib

# Names of secrets and of what servers leave behind.
SECRET_NAMES = """
.env .env.local .env.production prod.env PROD.ENV deploy.env.bak .envrc
id_rsa id_rsa.pub id_rsa_github id_ed25519 id_ed25519.old backup_id_rsa id_ecdsa_sk id_dsa.txt
server.pem server.pem.bak SERVER.PEM tls.key tls.key.old AuthKey_7X.p8 client.p12 client.pfx
mail.asc backup.gpg store.jks vault.kdbx putty.ppk vpn.ovpn
key.json api_key.json apikeys.json gcp-key-prod.json myKey.json keyfile.json
secret.txt secrets.toml client_secret.json topsecret.csv my-secrets.yaml Secret.JSON
credentials credentials.json aws_credentials.csv db-credentials.yml
service_account.json service-account-prod.json serviceAccount.json x-firebase-adminsdk-9.json
secrets/a.csv keys/b.csv data/Secrets/c.json .aws/config .ssh/config .kube/config
kubeconfig kubeconfig.yaml dev.kubeconfig .netrc _netrc .pgpass .npmrc .pypirc .htpasswd
password.txt passwords.csv terraform.tfstate prod.tfvars access_token.txt token.json
""".split()  # noqa: SIM905 -- a list would take a page
LEFTOVER_NAMES = """
dump.rdb appendonly.aof app.log app.log.1 nohup.out gunicorn.pid flask_session/2029240f6d1128
celerybeat-schedule celerybeat-schedule.db __pycache__/old.cpython-314.pyc old.pyc
.ipynb_checkpoints/a-checkpoint.csv node_modules/x/data.json .venv/x.csv .DS_Store Thumbs.db
.git/config notes.csv~
""".split()  # noqa: SIM905
# Names and contents that resemble those, and belong to an app.
LOOK_ALIKES = {
    **dict.fromkeys(
        """
        keyboard.json monkey.json turkey.json keywords.json hotkeys.csv keys.csv keynote.csv
        id_card.csv id_map.json identity.csv environment.csv envelope.csv secretary.csv
        secretaries.json tokenizer.json tokens.json hockey.csv passenger.csv compass.csv
        pemberton.csv logistics.csv login.csv dialog.csv blog.csv catalog.json core.csv
        public_keys.csv passwords_study.csv credits.csv desc.csv gpg_usage.csv monkeys.txt
        private_schools.csv aws_regions.csv secure.csv rdb_stations.csv pass.csv score.csv
        """.split(),  # noqa: SIM905
        "a,b\n1,2\n",
    ),
    "de.json": '{"password": "Passwort", "secret": "Geheimnis", "api_key": "API-Schluessel"}',
    "hashes.csv": "file,md5\na,9e107d9d372bb6826bd81d3542a419d6\n",
    "urls.csv": "https://host:8050/@user\nhttps://user:password@example.org/\nmailto:a@b.org\n",
    "cert.txt": "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUF\n",
    "map.json": '{"token": "pk.eyJ1IjoibWUiLCJhIjoiY2sxMjM0In0.aB3dE5gH7jK9mN1pQ3sT5v"}',
    "docs.txt": "postgresql://user:password@localhost/db, ghp_" + "x" * 36,
}


def _noise(seed):
    """Letters and digits that look random, and are the same each time."""
    text = base64.b64encode(zlib.compress(seed.encode() * 9 + bytes(range(60)))).decode()
    return "".join(filter(str.isalnum, text))


def github_token(marker):
    """A token with a marker in it."""
    return f"ghp_{marker}{_noise(marker)}"[:40]


def private_key(marker):
    """A key with a marker in it."""
    body = f"MIIEpAIBAAKCAQEA{_noise(marker)}\n{marker}\n"
    return f"-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\n"


def secret_contents(marker):
    """Path -> content with a secret, whose name says nothing; `marker(name)` gives a marker."""
    return {
        "settings.json": f'{{"private_key": "{_one_line(private_key(marker("json")))}"}}',
        "notes.txt": f"The key is\n{private_key(marker('txt'))}",
        "deploy.yaml": f"token: {github_token(marker('yaml'))}\n",
        "config.ini": f"[aws]\naws_secret_access_key = {(marker('ini') + _noise('i'))[:40]}\n",
        "database.toml": f'url = "postgresql://app:{marker("toml")}@db.internal/prod"\n',
        "slack.csv": f"name,hook\na,xoxb-1234567890-{marker('csv')}-AbCdEf\n",
        "stripe.md": f"sk_live_{marker('md')}{_noise('s')[:10]}\n",
        "web.conf": f"api_key = {marker('conf')}{_noise('c')[:12]}\n",
        "utf16.txt": f"token: {github_token(marker('utf16'))}\n".encode("utf-16"),
        "model.pkl": pickle.dumps({"token": github_token(marker("pickle"))}),
        "archive.zip": _zip({"in/key.txt": private_key(marker("zip"))}),
        "book.xlsx": _zip({"xl/sharedStrings.xml": f"<t>{github_token(marker('xlsx'))}</t>"}),
        "rows.csv.gz": gzip.compress(github_token(marker("gz")).encode()),
        "rows.json.bz2": bz2.compress(private_key(marker("bz2")).encode()),
    }


def picture(text, *, is_compressed):
    """A PNG with a text in its metadata."""
    if is_compressed:
        texts = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(text.encode()))
    else:
        texts = _chunk(b"tEXt", b"Comment\0" + text.encode())
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data = _chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + texts + data + _chunk(b"IEND", b"")


def bytecode(folder, source):
    """The .pyc of a source."""
    file = folder / "source.py"
    file.write_text(source)
    return (folder / py_compile.compile(str(file), cfile=str(folder / "made.pyc"))).read_bytes()


def _one_line(text):
    return text.replace("\n", "\\n")


def _chunk(kind, data):
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def _zip(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()
