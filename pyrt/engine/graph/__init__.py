"""Which callbacks read and write which props, compiled once from all declarations.

This folder decides which invocations a changed prop calls, and which props they may change in
turn. The types, in the order in which one is made of the other:

    Callback          one declaration of the app          pyrt/model/callback.py
    CompiledCallback  its Inputs, Outputs and State as `CallbackPort`s, ready to be matched
    Invocation        a compiled callback with values for its MATCH wildcards

Read `compiled_callback.py` first, then `callback_graph.py`, which has all of them in its tables.
"""
