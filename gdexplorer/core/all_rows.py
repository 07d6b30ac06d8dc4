"""The moments of all rows behind data of which a sample is in memory, edits by hand and hold-out included."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gdexplorer.core.dataset import Dataset, FloatArray
from gdexplorer.core.moments import Moments, moments_of
from gdexplorer.core.row_edits import RowArray
from gdexplorer.core.terms import Term
from gdexplorer.core.watching import Watch


def training_moments(
    dataset: Dataset, variables: Sequence[tuple[Term, FloatArray]], held_out: RowArray, watch: Watch
) -> Moments | None:
    """Return the moments of ``variables`` over all rows that are trained on.

    Edits by hand and hold-out are of rows of the sample, which are rows of the table too: what they were is taken
    out, what they are is put in.

    Args:
        dataset: As it is used, with edits.
        variables: Terms, none of them the bias, with their values in those rows in memory that are trained on, all
            finite, at least one.
        held_out: Places in ``dataset`` of rows that are not.
        watch: Ends the pass over the table.

    Returns:
        None where the data are all in memory, and where numbers are too large to be squared.

    Raises:
        InputError: A term is too large for a floating-point number, or the table can no longer be read.
    """
    if dataset.moments is None:
        return None
    terms = [term for term, _ in variables]
    found = dataset.moments.moments(terms, moments_of(np.array([values for _, values in variables])), watch)
    before, edits = dataset.as_read, dataset.edits.over(dataset.as_read.row_count)
    gone = np.concatenate([edits.deleted, np.array([edit.row for edit in edits.moved], dtype=np.int64)])
    come = edits.places_of(edits.rows_with_values)
    if len(gone) or len(come) or len(held_out):
        removed = np.hstack([_complete(before, terms, gone), _complete(dataset, terms, held_out)])
        found = found.changed(removed, _complete(dataset, terms, come))
    return found if found.is_finite else None


def _complete(dataset: Dataset, terms: Sequence[Term], places: RowArray) -> FloatArray:
    """Return the terms in those rows at ``places`` that have a number in every column used; shape (V, n)."""
    values = np.array([term.values(dataset)[places] for term in terms])
    return np.asarray(values[:, ~np.isnan(values).any(axis=0)])
