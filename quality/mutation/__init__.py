"""Ways to put a pitfall into a clean file, one module for each rule."""
