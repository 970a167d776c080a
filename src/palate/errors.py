"""Every error that palate raises on purpose.

    PalateError
    ├── UsageError              the caller asked for something that cannot be (exit status 2, HTTP 4xx)
    │   ├── UnknownShop         no shop in that folder
    │   ├── UnknownItem         no such item in the catalogue
    │   ├── UnknownTurn         no such turn, or it belongs to someone else
    │   ├── InvalidInput        a value, a file or a text that cannot be taken
    │   └── InvalidSettings     palate.toml or a PALATE_ variable is wrong
    └── WorkFailed              asked rightly, yet it did not work (exit status 1, HTTP 5xx)
        ├── StorageError        the database could not be read or written
        │   └── NewerShop       written by a newer palate than this one
        ├── ModelError          a model version is damaged or missing
        ├── LanguageModelError  a language model refused, broke off or talked nonsense
        │   ├── LanguageModelTimeout  it did not answer in the time it was given
        │   └── BudgetSpent     the tokens or the money of this turn are spent
        └── MissingDependency   an optional package is needed and not installed

A message names the value with ``!r`` and says the remedy.
"""


class PalateError(Exception):
    """The root of the tree; its text is fit to be shown to a user."""


class UsageError(PalateError):
    """The caller asked for something that cannot be."""


class UnknownShop(UsageError):
    """No shop in that folder."""


class UnknownItem(UsageError):
    """No such item in the catalogue."""


class UnknownTurn(UsageError):
    """No such turn, or it belongs to someone else."""


class InvalidInput(UsageError):
    """A value, a file or a text that cannot be taken."""


class InvalidSettings(UsageError):
    """``palate.toml`` or a ``PALATE_`` variable is wrong."""


class WorkFailed(PalateError):
    """Asked rightly, yet it did not work."""


class StorageError(WorkFailed):
    """The database could not be read or written."""


class NewerShop(StorageError):
    """The shop was written by a newer palate than this one."""


class ModelError(WorkFailed):
    """A model version is damaged or missing."""


class LanguageModelError(WorkFailed):
    """A language model refused, broke off or talked nonsense. ``retry_after``: the seconds after which its
    server asked to be tried again, None where it did not say.
    """

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class LanguageModelTimeout(LanguageModelError):
    """A language model did not answer in the time it was given."""


class BudgetSpent(LanguageModelError):
    """The tokens or the money that a turn may spend on language models are spent."""


class MissingDependency(WorkFailed):
    """An optional package is needed and not installed."""
