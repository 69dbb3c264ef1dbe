"""qassay: the acceptance test for quantum computers, from a vendor's claim to a verdict."""

__version__ = "0.2.0"
