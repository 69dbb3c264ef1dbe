"""Estimates, intervals and tests; knows no physics."""
