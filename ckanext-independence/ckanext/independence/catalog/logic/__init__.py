"""CKAN's logic layer of the catalog: actions, authorization, validators."""
