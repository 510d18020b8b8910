"""From what was heard to a signed report: count, freeze, say, render, verify."""
