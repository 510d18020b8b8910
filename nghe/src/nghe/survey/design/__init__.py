"""How the sample was drawn: the words of a design file, and the units that they make of the rows."""
