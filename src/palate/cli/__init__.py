"""The command line: one thin file a command. It parses, calls the shop and prints; it knows no more."""

from palate.cli.app import main

__all__ = ["main"]
