"""Sealed evidence: a bundle from which a stranger re-derives every number, offline."""
