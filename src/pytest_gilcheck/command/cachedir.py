"""The directory that results are kept in: pytest's cache, so that a run of pytest and one of the command share them."""

from __future__ import annotations

from pathlib import Path

# What pytest writes into a new cache directory, so that version control and backups leave it out.
_FILES = {
    ".gitignore": "# Created by pytest automatically.\n*\n",
    "CACHEDIR.TAG": (
        "Signature: 8a477f597d28d172789f06886806bc55\n"
        "# This file is a cache directory tag created by pytest.\n"
        "# For information about cache directory tags, see:\n"
        "#\thttps://bford.info/cachedir/spec.html\n"
    ),
    "README.md": (
        "# pytest cache directory #\n\n"
        "This directory contains data from the pytest's cache plugin,\n"
        "which provides the `--lf` and `--ff` options, as well as the `cache` fixture.\n\n"
        "**Do not** commit this to version control.\n\n"
        "See [the docs](https://docs.pytest.org/en/stable/how-to/cache.html) for more information.\n"
    ),
}


def prepare(cache: Path) -> Path | None:
    """Our directory in this cache directory of pytest's, both made if they are new; `None` when that is not possible."""
    ours = cache / "d" / "gilcheck"  # as `config.cache.mkdir("gilcheck")`
    try:
        new = not cache.is_dir()
        ours.mkdir(parents=True, exist_ok=True)
        if new:
            for name, text in _FILES.items():
                (cache / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError:
        return None  # a read-only project: a cache costs time when it is missing, nothing else
    return ours
