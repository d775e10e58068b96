"""The facts: ``data/`` as typed records and DataFrames, dates, names and citations."""
