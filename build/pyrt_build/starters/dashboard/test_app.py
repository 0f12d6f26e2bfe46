def test_the_filter_chooses_rows(pyrt_app):
    page = pyrt_app("app.py")
    page.set("region", value="South")
    assert {row["region"] for row in page["table"].data} == {"South"}
    assert page["figure"].figure["data"]
    assert page.errors == []
