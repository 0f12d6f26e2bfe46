def test_pages_are_found_and_answer(pyrt_app):
    page = pyrt_app("app.py")
    page.set("name", value="Ada")
    assert page["hello"].children == "Hello Ada"
    page.navigate("/about")
    assert "A site of several pages." in page.text
    assert page.errors == []
