"""A run: rules over the copy, measures stored, cases opened and closed, and a run held against what is known."""
