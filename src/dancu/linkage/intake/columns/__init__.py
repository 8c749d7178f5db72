"""What the columns of a table mean: by their headers, by their contents, by the user."""
