"""The messages between page and worker, and their JSON form."""
