"""Applications as runs: a sheet is prepared, its scores are foretold from claims, and it is run."""
