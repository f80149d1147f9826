"""The rules alone, over paths: imports and runs nothing of the project that it reads."""
