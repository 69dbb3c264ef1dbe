"""Frozen, content-addressed families of circuits, and the tables they are drawn from.

Nothing here knows a device or a claim: circuits are arrays of native pulses and entanglers.
"""
