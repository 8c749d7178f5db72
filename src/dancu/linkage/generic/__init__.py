"""Linkage and deduplication of files with arbitrary columns, trained without labels.

Journey: reading → kinds → evidence (fields) → blocks → model (compare) → engine → cluster → output.
"""
