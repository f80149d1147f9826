from house_rules import UnnamedThread

from pytest_gilcheck.testing import assert_rule_examples


def test_unnamed_thread() -> None:
    assert_rule_examples(UnnamedThread)
