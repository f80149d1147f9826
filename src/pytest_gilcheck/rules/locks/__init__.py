"""Locks: taken in two orders, left locked, forgotten in one place, or made for one call only."""
