"""Sentences as codes with facts, and one file of words a language."""
