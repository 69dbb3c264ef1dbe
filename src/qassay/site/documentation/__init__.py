"""The documentation beside the registry: guides, a reference made from the code, search."""
