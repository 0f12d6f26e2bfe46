"""The messages between page and worker, and their JSON form.

This folder decides which messages exist and how each is written as JSON. Read `messages.py` first:
one dataclass for each message. `protocol.py` encodes and decodes batches of them, and `readers.py`
checks the fields of one message.
"""
