"""What an outsider needs to check the log: formats and proofs on the standard library and `cryptography` alone."""
