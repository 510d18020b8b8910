"""The cube of unit totals from where the data lies: shards of a file, DuckDB, or any SQL engine through Ibis.

Each engine answers two small tables - the sampled units, and sums of weights by unit and cell - and `assemble` makes the same
`Cube` of them that memory does, so that every estimate is the same algebra.
"""
