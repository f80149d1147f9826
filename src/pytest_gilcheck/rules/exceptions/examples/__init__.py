"""Examples of the rules about exceptions that nobody sees."""
