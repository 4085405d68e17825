"""The public's table: what was asked of it, the rows that answer, and how they are shown."""
