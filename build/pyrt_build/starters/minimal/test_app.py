def test_a_click_is_counted(pyrt_app):
    page = pyrt_app("app.py")
    page.click("button")
    assert page["text"].children == "Clicked 1 times"
    assert page.errors == []
