"""How Vietnamese text was kept before Unicode, and how to tell."""
