"""Forms of the book: layouts as data, what is typed turned into orders and back, drafts, and what an order would change."""
