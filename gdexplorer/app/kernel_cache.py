"""Where the machine code of the kernels is kept between runs."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import gdexplorer.core

_VARIABLE = "NUMBA_CACHE_DIR"


def place_kernel_cache() -> None:
    """Give every state of the core's source a cache of its own; to be called before numba is imported.

    numba notices an edit of the file that a kernel is in, but not of the files whose kernels it calls; an updated
    program would go on with a part of the old code. A folder that the user has chosen is left alone, and where
    nothing can be written numba compiles anew each time.
    """
    if os.environ.get(_VARIABLE):
        return
    digest = hashlib.sha256()
    for path in sorted(Path(gdexplorer.core.__path__[0]).glob("*.py")):
        digest.update(path.read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - never raises
    os.environ[_VARIABLE] = str(Path(home) / "gdexplorer" / f"kernels-{digest.hexdigest()[:16]}")
