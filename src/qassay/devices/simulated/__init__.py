"""The virtual machines: engines chosen by rule, exact where they can be, flagged where not."""
