"""Caches of the builder for tests that want an empty one."""

# What is the same in each build: answers of the package index, and bytecode of what it gave.
GIVEN = ("asked", "bytecode", "resolved", "wheels")


def lend_given(known, folder, parts=GIVEN):
    """Let an empty cache have parts of a known one, as links to its files."""
    for part in parts:
        (folder / part).mkdir(parents=True)
        for path in sorted((known / part).rglob("*")):
            place = folder / part / path.relative_to(known / part)
            if path.is_dir():
                place.mkdir()
            else:
                place.symlink_to(path)
