"""Counts that makers publish, read into the same records as our own: one file a format."""

from qassay.published.counts import FORMATS, PublishedCounts, read_published

__all__ = ["FORMATS", "PublishedCounts", "read_published"]
