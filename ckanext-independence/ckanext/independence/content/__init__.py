"""What is in the files: reading, load, profile, columns explained, versions, what is offered."""
