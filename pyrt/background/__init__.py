"""Background callbacks on a server: who runs them, and how one hears from them."""
