import numpy as np
import pytest

from gdexplorer.core.dataset import Column, Dataset
from gdexplorer.core.terms import BIAS, Term
from gdexplorer.ui.term_typing import Typing, read_typing

SIZE, ROOMS = Term("size"), Term("rooms")
DATA = Dataset("t", tuple(Column(name, np.arange(3.0)) for name in ("size", "rooms", "a*b", "lot^2")), "t")


@pytest.mark.parametrize(
    ("text", "typing"),
    [
        ("", Typing("")),
        ("ro", Typing("ro")),
        ("size", Typing("size", whole=SIZE)),
        ("ro^2", Typing("ro", 2)),
        ("ro^", Typing("ro")),
        ("size^2", Typing("size", 2, whole=Term("size", 2))),
        ("size*", Typing("", factor=SIZE)),
        ("size*ro", Typing("ro", factor=SIZE)),
        ("size^2 * ro^3", Typing("ro", 3, Term("size", 2))),
        ("size*rooms*si", Typing("si", factor=SIZE * ROOMS)),
        ("size*rooms", Typing("rooms", factor=SIZE, whole=SIZE * ROOMS)),
        ("what*ro", Typing("what*ro")),
        ("a*b", Typing("a*b", whole=Term("a*b"))),
        ("A*", Typing("A*")),
        ("lot^2", Typing("lot^2", whole=Term("lot^2"))),
        ("bias", Typing("bias", whole=BIAS)),
        ("ro^0", Typing("ro")),
    ],
)
def test_a_typed_text_is_a_search_with_what_to_make_of_it(text, typing):
    assert read_typing(text, DATA) == typing
