"""Which distributions the app needs, and the wheels that are chosen for them."""
