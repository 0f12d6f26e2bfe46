"""What the commands write: results on stdout; steps, warnings and errors on stderr.

All of the builder writes through `output`. What the developer of an app should know is a `Note`,
with a code (`notes`). `live` draws progress on a terminal; elsewhere each step is one line.
"""
