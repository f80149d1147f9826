"""One owner for each thing that is global to the process."""
