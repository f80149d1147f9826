"""Exceptions that nobody sees."""
