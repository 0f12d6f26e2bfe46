"""Bytes as the text of a page: what HTML would change is another character."""

import random

import pytest

from pyrt_build.single_file.text import as_ascii, escape
from tests.support.single_files import read_back


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 3,
        b"\\0\\r\\l\\\\",
        b"<!-- --> --!> ---> <!-->",
        b"-->-->>--!>--",
        b"\r\n\r\r\n\n",
        b"",
        b"no line feed",
        random.Random(18).randbytes(5000),
    ],
)
def test_all_bytes_come_back_and_no_text_has_what_html_changes(data):
    text = escape(data)
    assert read_back(text, len(data)) == data
    assert b"\r" not in text
    assert b"-->" not in text
    assert b"--!>" not in text


def test_compressed_files_grow_by_less_than_three_thousandths():
    data = random.Random(18).randbytes(500_000)
    assert len(escape(data)) < 1.003 * len(data)


def test_a_page_in_ascii_means_the_same():
    page = "<title>Größe</title><script>let a = '€😀'</script><style>b { content: 'é1' }</style>"
    assert as_ascii(page) == (
        "<title>Gr&#246;&#223;e</title><script>let a = '\\u20ac\\ud83d\\ude00'</script>"
        "<style>b { content: '\\0000e91' }</style>"
    )
