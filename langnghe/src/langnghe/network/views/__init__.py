"""Pages of the network: who it is made of, who owes what, what the plan and the numbers are."""
