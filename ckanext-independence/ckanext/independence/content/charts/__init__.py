"""Charts of a table: what is asked for, what the DataStore counts, and how it is drawn."""
