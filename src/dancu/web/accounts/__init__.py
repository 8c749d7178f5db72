"""Who may sit at the pages: staff accounts, how they sign in, what was done to them."""
