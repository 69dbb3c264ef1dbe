"""`python -m qassay`."""

import sys

from qassay.cli import main

sys.exit(main())
