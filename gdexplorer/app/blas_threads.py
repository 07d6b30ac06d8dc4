"""How many threads numpy's linear algebra takes: one."""

from __future__ import annotations

import os

_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def keep_blas_to_one_thread() -> None:
    """Let linear algebra stay in the thread that asks for it; to be called before numpy is imported.

    Its own threads wait for one another in busy loops, beside a window that draws and a run that trains: on two
    cores a product of 20,000 numbers then takes longer, and frames come late. What a user has chosen is left alone.
    """
    for variable in _VARIABLES:
        os.environ.setdefault(variable, "1")
