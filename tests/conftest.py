"""One thread of BLAS a process, as the command line has it: they wait in busy loops."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
