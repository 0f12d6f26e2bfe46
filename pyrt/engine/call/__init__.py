"""One call of a callback: its arguments, its context, and what its result means.

This folder decides where a function is called (here, in the page, in a job or on a server), what it
gets, and which `Outcome` its result or exception is. Read `invocation.py` first: `CallbackInvoker`
calls Python functions. `context.py` is `dash.ctx`, `clientside.py` has calls in the page as
messages, `remote.py` those in jobs and on servers, `loading_props.py` the `running` option.
"""
