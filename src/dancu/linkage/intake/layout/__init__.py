"""Where the table stands in a sheet: its header, its rows of people, and what stands around them."""
