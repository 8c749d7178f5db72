"""How a command reaches the tables: what is read and locked for it, and what is written of what it decides."""
