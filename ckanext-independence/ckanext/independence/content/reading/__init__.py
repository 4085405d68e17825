"""The pure reader: a file and a reading in, typed rows and a report out."""
