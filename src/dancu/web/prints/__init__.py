"""Papers that are printed: layouts as data, one page of HTML with its own print style, a check code, and a leaf for each person."""
