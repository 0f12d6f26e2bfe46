def test_the_tab_and_the_server_answer(pyrt_app):
    page = pyrt_app("app.py")
    page.set("number", value=3)
    assert page["in-the-tab"].children == "3 squared is 9"
    page.click("ask")
    assert page["on-the-server"].children.startswith("Answer 1 of a server")
    assert page.errors == []
