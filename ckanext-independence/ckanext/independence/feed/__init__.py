"""How the portal speaks to federal and state harvesters."""
