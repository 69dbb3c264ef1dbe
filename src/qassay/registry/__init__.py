"""The world's machines: what was published of each, how openly, and how it compares."""
