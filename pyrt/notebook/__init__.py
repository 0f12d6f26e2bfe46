"""An app as the output of a cell of a notebook: the engine runs in the kernel, the page in a frame.

app, app.run() -> output.py -> an anywidget; its messages <-> Page -> View -> a Session
"""
