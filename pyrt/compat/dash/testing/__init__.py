"""`dash.testing`: what helps to import an app; the fixtures need a browser outside of this one."""
