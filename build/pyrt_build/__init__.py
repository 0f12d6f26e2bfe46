"""The command line tool and the builder: turns a Dash app into a folder of static files.

`cli.py` has the commands, `build.py` one build in the order of its steps.
"""
