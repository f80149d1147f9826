"""Examples of the rules about locks."""
