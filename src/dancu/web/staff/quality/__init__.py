"""Chất lượng dữ liệu: the four measures by unit and over time, what blocks, and a run that is started from the page."""
