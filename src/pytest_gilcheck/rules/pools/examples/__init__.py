"""Examples of these rules, where they would make the rule's own file too long."""
