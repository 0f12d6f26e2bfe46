"""Which callbacks depend on which properties."""
