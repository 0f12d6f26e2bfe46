"""What `pyrt new` writes: whole apps, each in a folder of its own, and what copies them."""
