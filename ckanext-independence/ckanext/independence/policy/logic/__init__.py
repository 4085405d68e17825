"""CKAN's own layer names, for its blankets."""
