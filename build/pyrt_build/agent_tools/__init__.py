"""The tools for agents in the browser: which sites have them, and what they need."""
