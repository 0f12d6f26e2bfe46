"""Private keys, tokens of known issuers, addresses with a password; and what resembles them."""

import pytest

from pyrt_build.secrets import certain
from tests.support.traps import github_token, private_key

NOISE = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5hJ7k"
SECRETS = {
    private_key("m"): "a private key",
    r'{"k": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n"}': "a private key",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBGB1c2VyAQ": "a private key",
    "PuTTY-User-Key-File-3: ssh-ed25519": "a private key",
    github_token("m"): "a GitHub token",
    f"github_pat_{NOISE}": "a GitHub token",
    f"glpat-{NOISE[:20]}": "a GitLab token",
    "AKIAQX7ZKLM3N5P7R9TB": "an access key of AWS",
    "AKIAIOSFODNN7EXAMPLE": "an access key of AWS",
    f"aws_secret_access_key = {NOISE[:40]}": "a secret key of AWS",
    f"AWS_SECRET_KEY='{NOISE[:40]}'": "a secret key of AWS",
    f"xoxb-123456789012-{NOISE[:24]}": "a token of Slack",
    f"https://hooks.slack.com/services/T0AB12/B0CD34/{NOISE[:24]}": "a webhook of Slack",
    f"sk_live_{NOISE[:24]}": "a secret key of Stripe",
    f"sk-ant-api03-{NOISE}": "an API key of Anthropic",
    f"sk-proj-{NOISE}": "an API key of OpenAI",
    f"hf_{NOISE[:34]}": "a token of Hugging Face",
    f"GOCSPX-{NOISE[:28]}": "a client secret of Google",
    f"sk.eyJ1IjoibWUiLCJhIjoiY2sifQ.{NOISE[:22]}": "a secret token of Mapbox",
    f"SG.{NOISE[:22]}.{NOISE}abc": "an API key of SendGrid",
    f"//registry/:_authToken=npm_{NOISE[:36]}": "a token of npm",
    f"AccountName=a;AccountKey={NOISE}{NOISE}==": "a storage key of Azure",
    "postgresql://app:hunter2x@db/prod": "a postgresql address with a password",
    "mysql+pymysql://root:7secret!@127.0.0.1/x": "a mysql+pymysql address with a password",
    "redis://:p4ssw0rd@cache:6379/0": "a redis address with a password",
    "mongodb+srv://u:hunter2@cluster0.mongodb.net": "a mongodb+srv address with a password",
    "https://me:hunter2x@host.example/x": "an address with a password",
}
HARMLESS = [
    'if "-----BEGIN PRIVATE KEY-----" in text:',
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAO",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTAN",
    f"pk.eyJ1IjoibWUiLCJhIjoiY2sifQ.{NOISE[:22]}",
    f"pk_live_{NOISE[:24]}",
    f"ghp_{'x' * 36}",
    "postgresql://user:password@localhost/db",
    "postgres://postgres:postgres@db:5432/x",
    'f"postgresql://{user}:{password}@{host}/db"',
    "postgres://$USER:$PASSWORD@host",
    "mysql://app:<password>@host",
    "amqp://guest:guest@rabbit//",
    "https://fonts.googleapis.com/css2?family=Inter:wght@400;700",
    "https://host:8050/@user/x",
    "git@github.com:user/repository.git",
    "redis://[[username]:[password]]@localhost:6379/0",
    "sb://SAS_POLICY_NAME:SAS_KEY@NAMESPACE",
    "the 10:30@noon bus",
    f"src='data:font/woff;base64,{NOISE}AAIYACCAAQAAQAADAACAAAYA{NOISE}'",  # as an AWS key within
    "skip_live_updates sk_live_x hf_x dapi sg. aws",
]


def kinds(text):
    return {kind for _, kind in certain.find(text.encode())}


@pytest.mark.parametrize(("text", "kind"), SECRETS.items(), ids=range(len(SECRETS)))
def test_a_secret_is_found_and_named(text, kind):
    assert kinds(text) == {kind}
    assert kind in kinds(f"a line\nx = '{text}'  # and more\n")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_resembles_one_is_not(text):
    assert kinds(text) == set()


def test_the_position_is_that_of_the_secret():
    data = b"a\nb\n" + github_token("m").encode()
    assert [at for at, _ in certain.find(data)] == [4]


def test_a_secret_among_binary_data_is_found():
    data = bytes(range(256)) * 100 + github_token("m").encode() + bytes(range(256)) * 100
    assert [kind for _, kind in certain.find(data)] == ["a GitHub token"]
