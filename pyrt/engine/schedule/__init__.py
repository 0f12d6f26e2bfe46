"""Which callbacks run, in which order, and what their results change (S-63 to S-90).

This folder decides which runs a change asks for, when each may start, and what a result does to the
layout. The types, from a request to its end:

    Run        one execution of an `Invocation` (graph/): requested, ready, running, done
    Arguments  the components and values that it reads, and those that it writes, from its start on
    Outcome    how it ended: `Updates` for the layout and the page, or a `Report` of an error

Read `run.py` first, then `scheduler.py`. `requests.py` makes the runs that a change of the layout
asks for, `arguments.py` fixes the arguments, `effects.py` applies results and edits.
"""
