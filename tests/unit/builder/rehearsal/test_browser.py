"""Where browsers are found. That they open addresses is tested with builds."""

from pathlib import PurePosixPath, PureWindowsPath

from pyrt_build.rehearsal.browser import installed

WINDOWS = {
    "ProgramFiles": r"C:\Program Files",
    "ProgramFiles(x86)": r"C:\Program Files (x86)",
    "LocalAppData": r"C:\Users\me\AppData\Local",
}


def test_on_windows_by_the_folders_of_programs():
    found = [PureWindowsPath(p) for p in installed("win32", WINDOWS, PureWindowsPath("C:/"))]
    assert found[0] == PureWindowsPath(r"C:\Program Files\Google\Chrome\Application\chrome.exe")
    user = r"C:\Users\me\AppData\Local\Google\Chrome\Application\chrome.exe"
    edge = r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe"
    assert {PureWindowsPath(user), PureWindowsPath(edge)} <= set(found)
    assert list(installed("win32", {}, PureWindowsPath("C:/"))) == []


def test_on_a_mac_for_all_users_and_for_one():
    found = list(installed("darwin", {}, PurePosixPath("/Users/me")))
    chrome = "Google Chrome.app/Contents/MacOS/Google Chrome"
    assert found[0] == f"/Applications/{chrome}"
    assert f"/Users/me/Applications/{chrome}" in found
    assert any("Microsoft Edge" in path for path in found)


def test_elsewhere_the_path_has_them():
    assert list(installed("linux", WINDOWS, PurePosixPath("/home/me"))) == []
