"""The registry as static pages: an index with charts, a page for each machine, downloads."""
