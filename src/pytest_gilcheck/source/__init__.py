"""Reads code, never imports or runs it: one parse a file, names, values, locks, and what runs in a worker."""
