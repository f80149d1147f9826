"""Sphinx configuration."""

from __future__ import annotations

from importlib.metadata import version as installed_version

project = "pytest-gilcheck"
author = "pytest-gilcheck developers"
copyright = "2026, pytest-gilcheck developers"
release = version = installed_version("pytest-gilcheck")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"pytest-gilcheck {release}"
