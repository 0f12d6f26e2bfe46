"""The engine of one open page: messages in, callbacks run, messages out.

`session.py` is the entry: read it first, then the `__init__.py` of each folder. One message passes
through them in this order, and through these types:

    session.py   decodes the message                           wire/     `SetProps` and others
    tree/        changes the layout                            `IndexedComponent`, `LazyValue`
    graph/       finds what the change calls                   `CompiledCallback`, `Invocation`
    schedule/    decides what starts when                      `Run`, then its `Arguments`
    call/        calls the function                            `RunContext`, then an `Outcome`
    schedule/    applies the outcome (effects.py), which may call more, until no run is left
    session.py   sends the changes                             wire/     `Update`, `RunEnded`

`check/` reports mistakes in the declarations when a page is opened; `session_config.py` is what the
app tells its session.
"""
