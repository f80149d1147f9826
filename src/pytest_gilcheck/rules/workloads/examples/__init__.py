"""What the rules of this family flag, and what they leave alone."""
