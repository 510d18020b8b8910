"""The data of a survey: columns of numbers or categories, and the conditions that pick rows."""
