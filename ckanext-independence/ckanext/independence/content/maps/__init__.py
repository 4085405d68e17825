"""Maps of a table: its places, thinned so that any number of them can be shown."""
