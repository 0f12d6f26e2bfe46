"""The functions that make the data of dcc.Download."""

import base64

import pandas as pd
import pytest

from pyrt.model.downloads import send_bytes, send_data_frame, send_file, send_string


def test_text_is_sent_as_it_is():
    assert send_string("a,b", "x.csv", "text/csv") == {
        "content": "a,b",
        "filename": "x.csv",
        "type": "text/csv",
        "base64": False,
    }


def test_bytes_are_sent_in_base64():
    assert send_bytes(b"\x00\xff", "x.bin") == {
        "content": "AP8=",
        "filename": "x.bin",
        "type": None,
        "base64": True,
    }


def test_a_writer_writes_into_a_buffer_and_may_close_it():
    def write(buffer, text):
        buffer.write(text)
        buffer.close()

    assert send_string(write, "x", text="hello")["content"] == "hello"
    assert send_bytes(write, "x", text=b"hello")["content"] == base64.b64encode(b"hello").decode()


def test_a_file_is_sent_under_its_own_name_or_another(tmp_path):
    path = tmp_path / "data.txt"
    path.write_bytes(b"x")
    assert send_file(str(path))["filename"] == "data.txt"
    assert send_file(path, "other.txt", "text/plain") == {
        "content": "eA==",
        "filename": "other.txt",
        "type": "text/plain",
        "base64": True,
    }


def test_data_frames_are_sent_by_their_writers():
    frame = pd.DataFrame({"a": [1]})
    assert send_data_frame(frame.to_csv, "f.csv", index=False)["content"] == "a\n1\n"
    assert send_data_frame(frame.to_json, "f.json")["content"] == '{"a":{"0":1}}'
    assert send_data_frame(frame.to_pickle, "f.pkl")["base64"] is True


def test_an_unknown_writer_is_refused():
    with pytest.raises(ValueError, match=r"The provided writer \(len\) is not supported. Known"):
        send_data_frame(len, "x")
