"""Paths as a CI platform wants them: relative to the repository's checkout, which may lie above pytest's rootdir."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_gilcheck.reports.escaping import is_absolute

# Where GitHub Actions and GitLab CI say the repository is.
_VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


@dataclass(frozen=True, slots=True)
class Checkout:
    """The folder that a platform's paths are relative to, and how rootdir lies in it (`.` when they are one)."""

    folder: Path
    prefix: str = "."

    @classmethod
    def around(cls, root: Path, environ: Mapping[str, str] = os.environ) -> Checkout:
        """The checkout that the platform names, if `root` is inside it; else `root` itself."""
        for variable in _VARIABLES:
            named = environ.get(variable)
            if named:
                folder = Path(named).resolve()
                if root.resolve().is_relative_to(folder):
                    return cls(folder, root.resolve().relative_to(folder).as_posix())
        return cls(root)

    def path(self, path: str) -> str:
        """A finding's path, relative to the checkout where it lies inside, without `./`."""
        if not is_absolute(path):
            return path if self.prefix == "." else f"{self.prefix}/{path}"
        return path.removeprefix(f"{self.folder.as_posix().rstrip('/')}/")
