"""Energies of molecular fragments by sampled diagonalisation: an optional extra, no headline."""
