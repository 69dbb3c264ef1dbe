"""Problems of energy and healthcare as Ising costs: instances, schedule, optimum, repair.

The room knows no device: it says what is asked of a quantum computer, what the answer is, and
how a classical computer finds it.
"""
