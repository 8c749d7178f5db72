"""A Django app as small as can be: one table, made in two migrations, with the rights its readers need."""
