"""Rules about the check itself: files, comments and the baseline."""
