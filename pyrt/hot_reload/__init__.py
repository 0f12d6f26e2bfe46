"""Hot reload: the app's script runs again in an interpreter that stays. Only `pyrt dev` has it."""
