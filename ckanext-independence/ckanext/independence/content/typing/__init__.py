"""What a column's cells are: types over the whole column, marks, and a profile of each."""
