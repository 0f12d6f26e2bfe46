"""`jupyter_dash`: the class for notebooks before Dash 2.11."""

from pyrt.app.old_names import JupyterDash

__all__ = ["JupyterDash"]
