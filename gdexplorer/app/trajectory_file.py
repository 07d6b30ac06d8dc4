"""A trajectory as CSV: every step with its loss, its weights as trained and the learning rate that led to it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from types import TracebackType

from gdexplorer.core.errors import InputError
from gdexplorer.core.history import Records
from gdexplorer.files.doors import shown


class TrajectoryFile:
    """Writes records as they come, beside ``path``; leaving the ``with`` block puts the whole file in its place.

    Numbers are the shortest that read back bit for bit. No learning rate led to step 0: it is left empty there. An
    exception inside the block leaves ``path`` as it was.

    Args:
        path: Where the file will be; one that is there is replaced.
        weight_count: K.
        source: The data file, which is not to be replaced.

    Raises:
        InputError: The file cannot be written there; the sentence names it. From any method.
    """

    def __init__(self, path: Path, weight_count: int, source: Path) -> None:
        self._called = f"--trajectory “{shown(str(path), 200)}”"
        try:
            self._path = path.expanduser().resolve()
            if self._path.exists() and not self._path.is_file():
                raise InputError(f"{self._called} is not a file; choose another name.")
            if self._path.exists() and source.exists() and self._path.samefile(source):
                raise InputError(f"{self._called} is the data file itself; choose another name.")
            self._part = self._path.with_name(f".gdexplorer-{secrets.token_hex(6)}.part")
            self._file = self._part.open("x", encoding="ascii", newline="")
        except InputError:
            raise
        except (OSError, ValueError, RuntimeError) as error:  # links in a circle are a RuntimeError
            raise self._failure(error) from error
        names = ",".join(f"w{index}" for index in range(1, weight_count + 1))
        self._file.write(f"step,loss,{names},learning_rate\n")

    def write(self, records: Records) -> None:
        """Append ``records``."""
        used = zip(records.steps.tolist(), records.learning_rates.tolist(), strict=True)
        rates = [repr(rate) if step else "" for step, rate in used]
        columns = zip(records.steps.tolist(), records.losses.tolist(), records.weights.tolist(), rates, strict=True)
        try:
            self._file.writelines(
                f"{step},{loss!r},{','.join(map(repr, weights))},{rate}\n" for step, loss, weights, rate in columns
            )
        except OSError as error:
            raise self._failure(error) from error

    def __enter__(self) -> TrajectoryFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                self._part.replace(self._path)
        except OSError as failure:
            raise self._failure(failure) from failure
        finally:
            self._discard()

    def _discard(self) -> None:
        try:
            self._file.close()
        except OSError:  # what a full disk did not take; said already
            pass
        finally:
            self._part.unlink(missing_ok=True)

    def _failure(self, error: Exception) -> InputError:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a possible name"
        return InputError(f"{self._called} cannot be written ({reason}); choose another place.")
