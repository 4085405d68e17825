"""The annual report: what it is made of, what is computed for it, and its PDF. Pure."""
