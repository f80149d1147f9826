"""What coverage.py measured, as far as it says something about findings."""
