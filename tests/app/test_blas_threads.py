from __future__ import annotations

import os
import subprocess
import sys

from gdexplorer.app.blas_threads import keep_blas_to_one_thread


def test_linear_algebra_takes_one_thread_unless_the_user_says_otherwise(monkeypatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    keep_blas_to_one_thread()
    assert (os.environ["OPENBLAS_NUM_THREADS"], os.environ["MKL_NUM_THREADS"]) == ("3", "1")


def test_it_is_called_before_numpy_is_imported() -> None:
    code = "import gdexplorer.app.cli, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
