"""Files that go to a laboratory and come back: job packs, counts, descriptions of machines.

Formats only: what to send next is decided upstairs, in `qassay.campaigns`.
"""
