"""The change feed: what was committed, in one dense order that respects each person's own (protocols §6)."""
