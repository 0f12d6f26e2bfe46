"""The files of a site: planned, compiled, compressed, written."""
