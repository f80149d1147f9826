"""Pitfalls of code that runs on an event loop."""
