"""What `dancu check` leaves behind: the file with results, summary.json, the page for people, the console table."""
