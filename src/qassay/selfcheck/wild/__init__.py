"""A world of machines unlike ours: of every size and spread, with noise that breaks assumptions.

`machines` draws them, `laws` answers their circuits, `truth` says what is true of them by the
words of `docs/metrics.md`, `claims` writes sheets about them and `trial` lets the product judge.
"""
