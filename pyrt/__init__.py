"""pyrt: Dash's callbacks, components and pages, running in the browser."""
