"""From a claim sheet and a device's description to a frozen plan, before the first shot."""
