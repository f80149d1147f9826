"""What explorations of schedules say about themselves."""
