"""Tables that are treated as big ones, whatever their size."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.watching import UNWATCHED
from gdexplorer.files.big_table import BigTable, open_big
from gdexplorer.files.query import NumbersQuery


def write_table(path: Path, **columns: object) -> Path:
    """Write columns of numbers, NaN as nothing, as Parquet or as text."""
    arrays = {name: np.asarray(values, dtype=float) for name, values in columns.items()}
    with duckdb.connect() as connection:
        connection.register("given", arrays)
        wanted = ", ".join(f'CASE WHEN isnan("{name}") THEN NULL ELSE "{name}" END AS "{name}"' for name in arrays)
        kind = "parquet, ROW_GROUP_SIZE 2048" if path.suffix == ".parquet" else "csv"
        connection.execute(f"COPY (SELECT {wanted} FROM given) TO '{path}' (FORMAT {kind})")
    return path


def query_of(path: Path, *names: str) -> NumbersQuery:
    """The numbers of a table with these columns."""
    aliases = tuple(f"c{index}" for index in range(len(names)))
    is_parquet = path.suffix == ".parquet"
    source = "read_parquet($path)" if is_parquet else "read_csv($path, header = true, all_varchar = true)"
    return NumbersQuery(
        f"{source} AS t({', '.join(f'f{index}' for index in range(len(names)))})",
        {"path": str(path)},
        aliases,
        tuple(f"TRY_CAST(f{index} AS DOUBLE)" for index in range(len(names))),
        path,
        "file_row_number" if is_parquet else "",
    )


def dataset_of(big: BigTable, *names: str) -> Dataset:
    """The data set that a reader makes of it."""
    columns = tuple(Column(name, values) for name, values in zip(names, big.columns, strict=True))
    return Dataset("t", columns, "t", total_rows=big.total_rows, moments=big.moments(names))


def opened(path: Path, *names: str) -> Dataset:
    """The big table at ``path`` as a data set."""
    return dataset_of(open_big(query_of(path, *names), 0, UNWATCHED), *names)


class Impatient:
    """Gives up a while after a call began that can be measured, and tells how long that took to end.

    Attributes:
        shares: What was seen meanwhile.
        asked: When it gave up.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.shares: list[float] = []
        self.asked = float("nan")

    def is_cancelled(self) -> bool:
        """Whether it has given up."""
        return self.asked == self.asked

    @contextmanager
    def during(self, interrupt: Callable[[], object], share: Callable[[], float]) -> Iterator[None]:
        """See Watch."""
        done = threading.Event()

        def watch() -> None:
            until = time.perf_counter() + self._patience
            while not done.wait(0.005):
                self.shares.append(share())
                if time.perf_counter() > until:
                    self.asked = time.perf_counter()
                    interrupt()
                    return

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
