"""How much faster parallel is, what the machine could give, and why not more."""
