"""The embedded PostgreSQL: its programs, its place, its cluster, and starting and stopping it."""
