"""Protected information: recognisers of identifiers, and the scan of files and texts for them.

Refuses to keep, return or print a value that it matched: a hit holds a count and a redacted shape.
"""
