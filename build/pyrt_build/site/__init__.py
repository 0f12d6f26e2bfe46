"""The files of a site: planned, compiled, compressed, written.

Decides every byte of the site. Read `plan` first; then `manifest`, which all others share.
"""
