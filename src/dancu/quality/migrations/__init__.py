"""The schema of the measures and cases, step by step."""
