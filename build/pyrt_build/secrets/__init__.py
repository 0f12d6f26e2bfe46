"""Finds secrets in the content of files: keys, tokens, passwords.

`scanner` is what others use. `certain` has what is a secret beyond doubt, `guesses` what may be
one, `parts` what is packed in a file. What is found stays on the machine; no service is asked.
"""
