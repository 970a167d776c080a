"""Versions of the models on disk.

    models/
      current                    the name of the version that serves, one line
      20261124-093015-204718/    a version: UTC time of writing, so names sort by time
        manifest.json            what it is, and every file with its size and CRC-32
        catalogue/ vectors/ als/ ...
      .new-8f2c41/               a version being written; never read

A version is written aside, forced to disk and renamed, then ``current`` is replaced: each step happens wholly
or not at all, so a process killed at any moment leaves the old version serving. Knows nothing of what is in a
version.
"""

import json
import logging
import os
import re
import shutil
import time
import zlib
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from palate.errors import InvalidInput, ModelError
from palate.values import ModelVersion

log = logging.getLogger(__name__)
T = TypeVar("T")

MANIFEST = "manifest.json"
CURRENT = "current"
NEW = ".new-"
READ_WHOLE = 64 << 20
"""Files up to this many bytes are read through when a version is opened; of larger ones the size is checked,
and the checksum only by a thorough check, so that opening stays fast.
"""
ABANDONED_AFTER = 86_400.0
"""Seconds after which a version left half written is cleared away."""

FORMAT = 5
"""How a version's files are laid out; raised whenever an older palate's files could not be read any more."""

_TIME = "%Y%m%d-%H%M%S-%f"
_NAME = re.compile(r"\d{8}-\d{6}-\d{6}")


@dataclass(frozen=True, slots=True)
class Version:
    """A whole version: its name, its folder, and its manifest as ``Versions.write`` was given it, with
    ``version``, ``created_at`` (ISO 8601, UTC), ``switched`` (whether it was made current when it was written) and
    ``files`` ({path: {"size", "crc32"}}) added.
    """

    name: str
    folder: Path
    manifest: Mapping[str, Any]


@dataclass(slots=True)
class Draft:
    """A version being written: put files into ``folder`` and what is to be known of it into ``manifest``;
    ``switch``: whether it becomes current when it is whole.
    """

    folder: Path
    manifest: dict[str, Any]
    switch: bool = True


class Versions:
    """The versions in a folder. Every method raises ModelError where the disk fails."""

    def __init__(self, folder: Path) -> None:
        """``folder``: where the versions are, such as ``shop/models``; made on the first write."""
        self.folder = folder

    @contextmanager
    def write(self) -> Generator[Draft]:
        """Write a version: ``with versions.write() as draft``. At the end of the block it becomes whole, and
        current unless ``draft.switch`` was set to False; an exception in the block leaves everything as it was.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = Draft(self.folder / f"{NEW}{uuid4().hex[:12]}", {})
            draft.folder.mkdir()
        except OSError as error:
            raise ModelError(f"{str(self.folder)!r} cannot be written: {error.strerror}") from None
        try:
            yield draft
            self._finish(draft)
        except OSError as error:
            raise ModelError(
                f"a model version could not be written in {str(self.folder)!r}: {error.strerror or error}; "
                "the version before it still serves. Free some space or mend the permissions, and train again"
            ) from error
        finally:
            shutil.rmtree(draft.folder, ignore_errors=True)

    def _finish(self, draft: Draft) -> None:
        now = datetime.now(UTC)
        name = now.strftime(_TIME)
        files = {
            path.relative_to(draft.folder).as_posix(): {"size": path.stat().st_size, "crc32": _crc32(path)}
            for path in sorted(draft.folder.rglob("*"))
            if path.is_file()
        }
        draft.manifest.update(
            format=FORMAT,
            version=name,
            created_at=now.isoformat(timespec="seconds"),
            switched=draft.switch,
            files=files,
        )
        (draft.folder / MANIFEST).write_text(
            json.dumps(draft.manifest, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        for path in [*draft.folder.rglob("*"), draft.folder]:
            _sync(path)
        draft.folder.rename(self.folder / name)
        _sync(self.folder)
        if draft.switch:
            self.switch(name)

    def names(self) -> list[str]:
        """The versions, oldest first, damaged ones included."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name))

    def load_manifest(self, name: str) -> dict[str, Any]:
        """The manifest of a version; ModelError where it is missing or damaged."""
        path = self.folder / name / MANIFEST
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            if manifest["version"] != name or not isinstance(manifest["files"], dict):
                raise ValueError("it describes another version")
            if manifest["format"] != FORMAT:
                raise ValueError(f"it is of format {manifest['format']!r}, this palate reads {FORMAT}")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{str(path)!r} is missing or damaged ({error}); train again: palate train"
            ) from None
        return manifest

    def check(self, name: str, *, thorough: bool = False) -> Version:
        """The version, once its files are found whole: sizes, and checksums of files up to READ_WHOLE bytes,
        of all of them when ``thorough``. ModelError, naming the file, where one is missing or damaged.
        """
        manifest = self.load_manifest(name)
        folder = self.folder / name
        for relative, facts in manifest["files"].items():
            path = folder / relative
            try:
                size = path.stat().st_size
                whole = size == facts["size"] and (
                    (size > READ_WHOLE and not thorough) or _crc32(path) == facts["crc32"]
                )
            except (OSError, TypeError, KeyError) as error:
                raise ModelError(
                    f"{str(path)!r} cannot be read ({error}); train again: palate train"
                ) from None
            if not whole:
                raise ModelError(f"{str(path)!r} is damaged; train again: palate train")
        return Version(name, folder, manifest)

    def open(self, load: Callable[[Version], T]) -> T | None:
        """``load`` of the version that serves; None where there is no version at all.

        Where that version is damaged, or ``load`` raises ModelError on it, the newest good one before it is
        taken (else the newest after it) and a warning logged; ModelError where there are versions and none is
        good.
        """
        names = self.names()
        if not names:
            return None
        wanted = self.current_name()
        failures: list[str] = []
        # newest first, but the wanted one and what is older than it before what is newer
        for name in sorted(
            {wanted or names[-1], *names},
            key=lambda name: (wanted is None or name <= wanted, name),
            reverse=True,
        ):
            try:
                opened = load(self.check(name))
            except ModelError as error:
                failures.append(str(error))
                continue
            for failure in failures:
                log.warning("model version left aside: %s; serving version %s", failure, name)
            return opened
        raise ModelError(f"no model version in {str(self.folder)!r} is whole: {failures[0]}")

    def current(self) -> Version | None:
        """The version that serves, or the good one that ``open`` falls back to."""
        return self.open(lambda version: version)

    def current_name(self) -> str | None:
        """What ``current`` says, unchecked; None where it says nothing. Cheap: asked often, to notice a
        switch.
        """
        try:
            text = (self.folder / CURRENT).read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ModelError(f"{str(self.folder / CURRENT)!r} cannot be read: {error.strerror}") from None
        return text if _NAME.fullmatch(text) else None

    def switch(self, name: str) -> None:
        """Make a version current, in one step; ModelError where it is not there or damaged."""
        self.load_manifest(name)
        path = self.folder / f"{NEW}{uuid4().hex[:12]}"
        try:
            path.write_text(name + "\n", encoding="ascii")
            _sync(path)
            path.replace(self.folder / CURRENT)
            _sync(self.folder)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise ModelError(f"version {name!r} could not be made current: {error.strerror}") from None

    def describe(self) -> list[ModelVersion]:
        """Every version, newest first, with what its manifest says of it."""
        current = self.current_name()
        return [self._described(name, name == current) for name in reversed(self.names())]

    def _described(self, name: str, serves: bool) -> ModelVersion:
        try:
            manifest = self.load_manifest(name)
        except ModelError as error:
            return ModelVersion(name, _moment(name), serves, False, "", 0, {}, {}, {}, str(error))
        validation = dict(manifest.get("validation", {}))
        return ModelVersion(
            version=name,
            created_at=manifest["created_at"],
            serves=serves,
            switched=manifest.get("switched", True),
            verdict=validation.pop("verdict", ""),
            size=sum(file["size"] for file in manifest["files"].values()),
            counts=manifest.get("counts", {}),
            validation=validation,
            measures=manifest.get("measures", {}),
        )

    def roll_back(self, name: str | None = None) -> str:
        """Make an earlier version current again: ``name``, else the newest whole one before the current one that
        was in use; its name. Raises InvalidInput where there is none, ModelError where it is damaged.
        """
        if name is not None:
            if name not in self.names():
                raise InvalidInput(
                    f"there is no model version {name!r}; there are: {', '.join(self.names()) or 'none'}"
                )
            self.check(name, thorough=True)
            self.switch(name)
            return name
        current = self.current_name()
        failures: list[str] = []
        for earlier in reversed(self.names()):
            if current is None or earlier >= current or not self._was_switched(earlier):
                continue
            try:
                return self.roll_back(earlier)
            except ModelError as error:
                failures.append(str(error))
        raise InvalidInput(
            "there is no earlier model version to go back to"
            + (f": {failures[0]}" if failures else "; train.keep_versions says how many are kept")
        )

    def was_validated(self, name: str) -> bool:
        """Whether there were people to validate it on; False of one that cannot be read."""
        try:
            return "people" in self.load_manifest(name).get("validation", {})
        except ModelError:
            return False

    def prune(self, keep: int = 3, tried: Collection[str] = ()) -> list[str]:
        """Remove old versions, and what a killed training left; the names removed.

        What stays: the newest ``keep`` of those that were in use, the current one, the newest of all, and those that
        are ``tried`` in an experiment. A process that has a removed version mapped into memory goes on with it (on
        Windows the removal waits for the next call).
        """
        names = self.names()
        used = [name for name in names if self._was_switched(name)]
        stay = {self.current_name(), *names[-1:], *tried, *(used[-keep:] if keep > 0 else ())}
        removed = [name for name in names if name not in stay]
        for name in removed:
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for path in self.folder.glob(f"{NEW}*"):
            with suppress(OSError):
                if path.stat().st_mtime > time.time() - ABANDONED_AFTER:
                    continue
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        return removed

    def _was_switched(self, name: str) -> bool:
        """Whether it was in use from the time it was written; False of one that cannot be read."""
        try:
            return bool(self.load_manifest(name).get("switched", True))
        except ModelError:
            return False


def _moment(name: str) -> str:
    """When a version of this name was written, ISO 8601."""
    return datetime.strptime(name, _TIME).replace(tzinfo=UTC).isoformat(timespec="seconds")


def _crc32(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _sync(path: Path) -> None:
    """Force a file, or the entries of a folder, to the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder, and writes its entries through
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
