"""A test by files: rounds go out as job packs, counts come back, verdicts follow.

The same experiments, course and judge as in a run on a device; only the device is a laboratory
that reads and writes files.
"""
