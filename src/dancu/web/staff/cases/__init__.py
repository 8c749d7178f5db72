"""Việc cần xử lý: worklists, the page of a case with its steps and its cure, and the list both officers sign."""
