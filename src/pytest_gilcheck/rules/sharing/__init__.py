"""State that threads share: lost updates, checks that no longer hold, locks."""
