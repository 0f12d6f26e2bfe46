"""Compiles Python source to the bytecode of the interpreter in the site.

Decides which files of an image or a wheel become `.pyc`. Read `bytecode` first; `compiler` runs in
the other interpreter.
"""
