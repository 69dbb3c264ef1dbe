"""Forensics: what looks odd in counts. Suspicion only, never a verdict."""
