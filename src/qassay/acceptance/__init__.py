"""An acceptance in phases: factory test, site test, thirty days, yearly; from one contract file."""
