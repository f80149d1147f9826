"""Pitfalls of keeping workers ready in pools."""
