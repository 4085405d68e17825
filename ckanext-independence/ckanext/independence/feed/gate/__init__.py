"""Whether data.gov takes a record, and what a steward must mend where it does not.

Owns the checks of a record in either language. Refuses to mend a record, and to judge a catalog as
a whole.
"""
