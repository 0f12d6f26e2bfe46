"""dcc.Upload and dcc.Download carry files to Python and from it, byte for byte."""

import hashlib
import io
import json
import zipfile

import pytest
from playwright.sync_api import expect


@pytest.fixture
def files(open_small_app):
    """The page with uploads and downloads."""
    return open_small_app("files")


def fetched(page, button):
    """Name and content of the file that a click on the button downloads."""
    with page.expect_download() as download:
        page.click(f"#{button}")
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_an_uploaded_file_arrives_in_python_whole(files):
    """R-73: a data URL, the name and the time of the last change; any bytes."""
    content = bytes(range(256)) * 4096  # 1 MiB
    file = {"name": "all bytes.bin", "mimeType": "application/x-thing", "buffer": content}
    files.set_input_files("#one input", file)
    digest = hashlib.sha256(content).hexdigest()[:8]
    kind = "data:application/x-thing;base64"
    seen = json.dumps(["all bytes.bin", kind, len(content), digest, True])
    expect(files.locator("#one-seen")).to_have_text(seen)


def test_many_files_arrive_as_lists_and_unwanted_ones_do_not(files):
    """R-73: `multiple`, `accept`, `max_size`."""
    tables = {
        "a.csv": b"people\n1\n2\n",
        "b.csv": b"people\n40\n",
        "large.csv": b"people\n" + b"1\n" * 1000,
        "c.txt": b"people\n100\n",
    }
    chosen = [
        {"name": name, "mimeType": "text/plain" if name == "c.txt" else "text/csv", "buffer": data}
        for name, data in tables.items()
    ]
    files.set_input_files("#many input", chosen)
    expect(files.locator("#many-seen")).to_have_text('[["a.csv", "b.csv"], 43]')


def test_a_file_is_dropped_from_the_desktop(files, tmp_path):
    """R-73: by drag and drop, as most users do."""
    file = tmp_path / "d.txt"
    file.write_text("dropped")
    box = files.get_by_text("One file").bounding_box()
    session = files.context.new_cdp_session(files)
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        at = {"x": box["x"] + 5, "y": box["y"] + 5}
        session.send("Input.dispatchDragEvent", {"type": kind, "data": data, **at})
    expect(files.locator("#one-seen")).to_contain_text('["d.txt", "data:text/plain;base64", 7')


def test_data_frames_are_downloaded_as_csv_and_as_excel(files):
    """R-74."""
    name, content = fetched(files, "csv")
    assert (name, content) == ("islands.csv", b"island,people\nAldra,4210\nBrisa,1385\n")
    name, content = fetched(files, "excel")
    assert name == "islands.xlsx"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<v>4210</v>" in book.read("xl/worksheets/sheet1.xml")


def test_files_bytes_and_text_are_downloaded(files):
    """R-74: `send_file` reads Python's file system; text is UTF-8; a dict is taken as it is."""
    assert fetched(files, "file") == ("note.txt", b"written by Python\n")
    assert fetched(files, "bytes") == ("raw.bin", b"\x00\xff\x7f")
    assert fetched(files, "writer") == ("raw.txt", b"by a function")
    assert fetched(files, "string") == ("hello.txt", "grüße".encode())
    assert fetched(files, "dict") == ("hi.html", b"<b>hi</b>")


def test_the_same_data_is_downloaded_again(files):
    """R-74: each answer is a new object, which starts a download."""
    for _ in range(2):
        assert fetched(files, "bytes") == ("raw.bin", b"\x00\xff\x7f")
