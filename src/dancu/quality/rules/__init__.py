"""The declared rules: one TOML file a measure, read, checked and compiled to one bit each."""
