"""What keeps people's data theirs: pseudonyms in place of user ids, under a key kept apart from the data."""

from palate.privacy.pseudonyms import Pseudonyms, check_key, load_key

__all__ = ["Pseudonyms", "check_key", "load_key"]
