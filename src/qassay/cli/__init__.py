"""The command tree; each command's module is imported when it is called."""

from qassay.cli.main import main

__all__ = ["main"]
