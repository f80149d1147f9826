"""Pitfalls of handing work over faster than it is done."""
