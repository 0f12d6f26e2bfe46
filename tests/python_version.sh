#!/usr/bin/env bash
# Prints a Python of at least 3.12: python3 itself, a versioned one, or what pyenv or uv can give.
set -u
new_enough='import sys; sys.exit(sys.version_info < (3, 12))'
for candidate in python3 python python3.13 python3.14 python3.12; do
  if path=$(command -v "$candidate") && "$path" -c "$new_enough" 2>/dev/null; then
    "$path" -c 'import sys; print(sys.executable)'
    exit 0
  fi
done
if command -v uv >/dev/null; then
  uv python install --quiet 3.13 && exec uv python find 3.13
fi
if command -v pyenv >/dev/null; then
  pyenv install --skip-existing 3.13 >&2 && exec pyenv prefix 3.13 | sed 's|$|/bin/python|'
fi
echo "pyrt needs Python 3.12 or newer; install it, or uv (pip install uv), and try again." >&2
exit 1
