"""The tables of the pages and the rights of dancu_web on them."""
