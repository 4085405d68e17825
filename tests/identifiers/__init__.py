"""Columns of made-up values, labelled by a person, that recognisers are measured with."""
