"""Background jobs on a server: their life cycle, the process that runs them, signed job ids."""
