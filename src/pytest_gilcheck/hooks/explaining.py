"""`--gilcheck-explain`: the page of one rule."""

from __future__ import annotations

import sys

import pytest

from pytest_gilcheck.hooks.arming import rules_of
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.reports import page


def show(config: pytest.Config, code: str) -> int:
    """Print the page of the rule with this code, or name, and return pytest's exit status.

    Raises pytest.UsageError, which lists the codes there are, when there is none.
    """
    try:
        by_code = {rule.code: rule for rule in rules_of(config)}
        by_name = {rule.name: rule for rule in by_code.values()}
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    rule = by_code.get(code.upper()) or by_name.get(code.lower())
    if rule is None:
        raise pytest.UsageError(f"--gilcheck-explain: there is no rule {code!r}; valid: {', '.join(by_code)}")
    when = config.getoption("color", "auto")  # `-p no:terminal` has no such option
    color = when == "yes" or (when == "auto" and sys.stdout.isatty())
    sys.stdout.write(page.explain(rule, color=color) + "\n")
    return pytest.ExitCode.OK
