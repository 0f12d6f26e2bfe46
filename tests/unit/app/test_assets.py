"""Finding the files of the assets folder: their order, their kinds, and which files are ignored."""

from pyrt.app.assets import Assets, find_assets


def make(folder, *paths):
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")


def test_files_of_the_folder_come_first_then_subfolders_all_in_order(tmp_path):
    """S-162."""
    make(tmp_path, "b.js", "a.js", "z/a.js", "m/sub/a.js", "m/b.js", "load_after10.js")
    assert find_assets(str(tmp_path)).scripts == [
        "a.js",
        "b.js",
        "load_after10.js",
        "m/b.js",
        "m/sub/a.js",
        "z/a.js",
    ]


def test_scripts_stylesheets_and_the_icon_are_told_apart_and_the_rest_is_left(tmp_path):
    make(tmp_path, "a.mjs", "a.css", "favicon.ico", "logo.png", "x.js.txt", "deep/favicon.ico")
    assert find_assets(str(tmp_path)) == Assets(["a.mjs"], ["a.css"], "deep/favicon.ico")


def test_ignored_names_and_folders_do_not_load(tmp_path):
    """S-162: `assets_ignore` is searched in names, `assets_path_ignore` in each folder's name."""
    make(tmp_path, "a.js", "a_ignored.js", "ignored/b.js", "no/x/c.js", "yes/d.js", "top.css")
    found = find_assets(str(tmp_path), ".*ignored.*", ["^no$", ""])
    assert found.scripts == ["a.js", "ignored/b.js", "yes/d.js"]
    assert found.stylesheets == ["top.css"]


def test_a_path_filter_does_not_apply_to_names_or_the_folder_itself(tmp_path):
    folder = tmp_path / "skip"
    make(folder, "skip.js", "skip_me/b.js")
    assert find_assets(str(folder), ignore_paths=["skip"]).scripts == ["skip.js"]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert find_assets(str(tmp_path / "none")) == Assets([], [], None)
