"""Banner books: questions in rows, groups in columns, with bases, intervals, letters, and what R4 hides."""
