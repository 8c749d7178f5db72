"""What every process plugs into: settings, the clock, the database and its embedded server, backup and doctor."""
