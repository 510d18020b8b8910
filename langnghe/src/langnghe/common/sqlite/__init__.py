"""A Django database backend on a SQLite free of the WAL-reset fault (see docs/decisions/0003)."""
