"""What every room may use: identifiers, the clock, refusals, the SQLite backend."""
