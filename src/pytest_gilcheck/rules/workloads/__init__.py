"""Work that was given to the wrong kind of worker."""
