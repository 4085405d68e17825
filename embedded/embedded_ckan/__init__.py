"""CKAN and the services it needs, out of wheels and jars."""
