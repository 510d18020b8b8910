"""Shapes of the files that the command line reads and writes, as JSON Schema."""
