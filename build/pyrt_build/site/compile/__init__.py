"""Compiles Python source to the bytecode of the interpreter in the site."""
