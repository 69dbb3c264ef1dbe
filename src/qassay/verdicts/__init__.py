"""Supported, refuted, inconclusive or not tested: pure functions of plan and hits.

The judge never sees the machine, let alone its answer key.
"""
