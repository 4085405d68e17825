"""Small counts of persons in a table of totals, and suppressed ones that its totals give away.

Owns one look at the rows of such a table. Refuses to keep a count or a place: what it returns says
how many cells there are, by column.
"""
