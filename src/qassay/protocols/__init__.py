"""How a quantity is measured: one file a protocol, each a design and an estimator.

A protocol is a pair of pure functions around an execution. Protocols know neither the
device's errors nor one another.
"""

import qassay.protocols.catalog  # noqa: F401  (fills the table in `known`, in workers as well)
