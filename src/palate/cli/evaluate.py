"""palate evaluate: announced, not there yet."""

from palate.errors import UsageError


def evaluate() -> None:
    """Measure recommenders offline (comes with a later version)."""
    raise UsageError("palate evaluate comes with a later version of palate")
