"""Pitfalls of working in several processes."""
