"""The demonstration: an invented province, a year of its notes, and this week's report."""
