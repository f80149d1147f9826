"""The nouns every other package speaks: imports the standard library only."""
