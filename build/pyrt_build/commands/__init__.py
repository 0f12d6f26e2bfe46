"""The commands of `pyrt`: one module each, with the command's options and what it calls.

A module imports at its top what reads a command line, and in its function what the command runs.
So `pyrt --help`, completion and wrong options take no longer than the import of click. Types of
values are in `values`.
"""
