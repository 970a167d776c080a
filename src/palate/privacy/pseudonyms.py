"""Pseudonyms: what stands in the data for a person, made with a key that is kept apart from the data.

A pseudonym is HMAC-SHA256 (RFC 2104) of the user id under the key, cut to 16 bytes. The same id always gives
the same one, so that a person is recognised; without the key nobody can tell, or find out by trying, whose
data it is.
"""

import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from palate.errors import InvalidInput, InvalidSettings, StorageError
from palate.settings import Settings, environment_name
from palate.storage import Store

KEY_BYTES = 32
DOCUMENT = "pseudonym_key"
"""The document of the store that holds the fingerprint of the key its pseudonyms were made with."""

_KEY = re.compile(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}")


class Pseudonyms:
    """Makes pseudonyms with one key."""

    def __init__(self, key: bytes) -> None:
        """``key``: 32 random bytes; InvalidSettings where it has another length."""
        if len(key) != KEY_BYTES:
            raise InvalidSettings(
                f"a pseudonym key has {KEY_BYTES} bytes, not {len(key)}; make one with: palate init"
            )
        self._key = key
        # copied for each id: unlike hmac.digest a copy lets no other thread in between, which costs far more than it
        self._keyed = hmac.new(key, b"user:", "sha256")

    def of(self, user_id: str) -> str:
        """The pseudonym of a user id, 32 hex digits.

        Ids that Unicode calls canonically equivalent (NFC) are one; capitals and small letters are not.
        Raises InvalidInput where the id is empty or broken Unicode.
        """
        if not user_id:
            raise InvalidInput(
                f"the user id is {user_id!r}; give one, or none at all for an anonymous person"
            )
        try:
            name = unicodedata.normalize("NFC", user_id).encode()
        except UnicodeEncodeError:
            raise InvalidInput(f"the user id {user_id!r} is not valid Unicode; mend its encoding") from None
        keyed = self._keyed.copy()
        keyed.update(name)
        return keyed.digest()[:16].hex()

    def many(self, ids: Iterable[str]) -> list[str]:
        """The pseudonym of each of several ids."""
        of = self.of
        return [of(user_id) for user_id in ids]

    @property
    def fingerprint(self) -> str:
        """Tells keys apart and gives nothing of this one away, 16 hex digits."""
        return hmac.digest(self._key, b"fingerprint", "sha256")[:8].hex()


def load_key(settings: Settings, folder: Path, *, create: bool) -> bytes:
    """The key of the shop in ``folder``: the setting ``pseudonym_key``, else the content of ``key_file``.

    With ``create`` (a new shop) the file is made, readable by its owner only, where there is none; two
    processes that do so at once get the same key. Without it a missing file is InvalidSettings: a new key
    could not recognise the users that the shop has. Raises InvalidSettings where what is there is no key,
    StorageError where the file cannot be written.
    """
    if settings.pseudonym_key:
        return _parse(
            settings.pseudonym_key, f"the setting 'pseudonym_key' ({environment_name('pseudonym_key')})"
        )
    path = folder / settings.key_file
    if create and not path.exists():
        _make_key_file(path)
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise InvalidSettings(
            f"the pseudonym key {str(path)!r} is missing, and without it the users of this shop cannot be "
            f"recognised; put your copy of it back, or set {environment_name('pseudonym_key')}"
        ) from None
    except OSError as error:
        raise InvalidSettings(f"the pseudonym key {str(path)!r} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        text = ""
    return _parse(text.strip(), f"the pseudonym key {str(path)!r}")


def _parse(text: str, where: str) -> bytes:
    # the value itself is not shown: it is a secret, or a damaged one
    if not _KEY.fullmatch(text):
        raise InvalidSettings(
            f"{where} is not {2 * KEY_BYTES} hex digits (it has {len(text)} characters); "
            "put your copy of it back"
        )
    return bytes.fromhex(text)


def _make_key_file(path: Path) -> None:
    """Write a new key, whole or not at all; where another process was faster, its key stays."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)  # unlike a rename it replaces nothing
        except FileExistsError:
            return
        finally:
            draft.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise StorageError(
            f"the pseudonym key {str(path)!r} cannot be written: {error.strerror}; "
            "check the permissions of its folder and the space on its disk"
        ) from None


def check_key(store: Store, pseudonyms: Pseudonyms) -> None:
    """See that the store's pseudonyms were made with this key; a store that has none yet is bound to it.

    Raises InvalidSettings where they were made with another one.
    """
    known = store.document(DOCUMENT)
    if known is None:
        store.put_document(DOCUMENT, {"fingerprint": pseudonyms.fingerprint})
    elif known["fingerprint"] != pseudonyms.fingerprint:
        raise InvalidSettings(
            f"the pseudonym key (fingerprint {pseudonyms.fingerprint!r}) is not the one that this shop's "
            f"users are kept under ({known['fingerprint']!r}); put the copy of the right one back"
        )
