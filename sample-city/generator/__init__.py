"""The sample city: words from `catalog/`, rows from `generator/tables/`.

Owns a fictional city's data sets. Refuses to hold anything true about a real person, payment
or case, and knows nothing of the portal that will load the result.
"""
