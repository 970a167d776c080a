"""The fixtures of these tests; what they import beside them is in import_cases.py."""

from import_cases import events_in, items_in, store, write

__all__ = ["events_in", "items_in", "store", "write"]
