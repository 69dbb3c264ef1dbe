"""What holds for all tests: one thread of BLAS a process, as the command line has it (they wait in
busy loops), and dates that do not move, so that the same run gives the same bytes.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("SOURCE_DATE_EPOCH", "1796000000")
