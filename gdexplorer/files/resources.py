"""Where the program's own files are: data sets, icons, lessons."""

from __future__ import annotations

from pathlib import Path

from gdexplorer.core.errors import InputError

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(name: str) -> Path:
    """Return the file or folder ``name`` (``datasets/ames_homes.csv``) below the program's resources.

    A wheel carries them inside the package; a checkout, and an editable install of it, has them beside it.

    Raises:
        InputError: It is not there: the installation is incomplete.
    """
    packed = _PACKAGE / "_resources"
    root = packed if packed.is_dir() else _PACKAGE.parent / "resources"
    path = root / name
    if not path.exists():
        raise InputError(f"This installation lacks its own file “{name}” in {root}; install gdexplorer again.")
    return path
