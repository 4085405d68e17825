"""What a data set is: schema, departments, pages, files, and the way in."""
