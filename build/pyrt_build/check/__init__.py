"""What `pyrt check` finds in an app by reading it: all that would go wrong in a tab.

Nothing of the app is run, nothing is asked of an index, and no browser is started.
"""
