"""How the numbers of one column are written: found from examples of its cells, applied by DuckDB."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gdexplorer.files.words import ABOUT, CURRENCIES, MULTIPLIERS, UNITS

_SPACES = r"[ \x{a0}\x{202f}\x{2009}\x{2007}]"
_GAP = r"[\s\x{a0}\x{202f}\x{2009}\x{2007}]*"
_APOSTROPHES = r"['’ʼ´`]"
_MINUS = r"\-−–"
_FLAGS = re.compile("[bcdefnprsuz]{1,2}")  # Eurostat's marks for estimated, provisional and the like
_GROUPERS = {",": ",", ".": r"\.", " ": _SPACES, "'": _APOSTROPHES}
_NUMBER = r"(?:\d+(?:[.,'’ʼ´`\s]\d+)*(?:[.,][-–—]{1,2}|[.,])?|[.,]\d+)(?:[eE][+\-−]?\d+)?"
_UNIT_WITH_DIGIT = r"[a-zµ/]*[a-zµ]\^?\d(?!\d)[^\d]*|l\s?/\s?100\s?km"
_ONE = re.compile(
    rf"[(]?\s*[+{_MINUS}]?\s*(?P<prefix>[^\d(]*?)\s*[+{_MINUS}]?\s*(?P<core>{_NUMBER})"
    rf"\s*(?P<suffix>{_UNIT_WITH_DIGIT}|[^\d]*?)(?:\s*[{_MINUS})]|\s*\[\w{{1,2}}\]|\s*[*†‡]+)?",
    re.IGNORECASE,
)
_TWO = re.compile(
    rf"(?P<prefix>[^\d(]*?)\s*(?P<core>{_NUMBER})(?P<dash>\s*[-–—~]\s*|\s+(?:to|bis|à|a)\s+)"
    rf"[^\d(]{{0,3}}?(?P<second>{_NUMBER})\s*(?P<suffix>{_UNIT_WITH_DIGIT}|[^\d]*?)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ORDINAL = frozenset({"st", "nd", "rd", "th", "er", "ème", "e"})
_BOUNDS = frozenset({"<", ">", "≤", "≥", "<=", ">=", "±"})
_PREFIXES = ABOUT | _BOUNDS | set(CURRENCIES) | {""}
_LONGEST_UNIT = 16

#: Share of a column's cells that one rule has to read before they are taken for numbers.
ENOUGH = 0.8


@dataclass(frozen=True)
class Shape:
    """Cells that are written alike but for their digits: how many, and the first of them with its row, from 0."""

    example: str
    count: int
    row: int


@dataclass(frozen=True)
class Marks:
    """What separates the digits of numbers: the sign before the fraction, and that between groups or ""."""

    decimal: str
    thousands: str

    @cached_property
    def pattern(self) -> str:
        """A number without sign, prefix and unit, as a regular expression for Python and for RE2."""
        point = re.escape(self.decimal)
        whole = r"\d+"
        if self.thousands:
            grouper = _GROUPERS[self.thousands]
            between = rf"(?:{grouper}\d{{2}})*" if self.thousands == "," else ""  # 12,34,567, as in India
            whole = rf"(?:[1-9]\d{{0,2}}{between}(?:{grouper}\d{{3}})+|\d+)"
        fraction = rf"{point}(?:[-–—]{{1,2}}|\d*)"  # 67.– has no cents
        return rf"(?:{whole}(?:{fraction})?|{point}\d+)(?:[eE][+\-−]?\d+)?"

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(_for_python(self.pattern))

    def can_read(self, core: str) -> bool:
        """Whether ``core`` is a number written with these marks."""
        return self._compiled.fullmatch(core) is not None

    def groups(self, core: str) -> bool:
        """Whether ``core`` is readable and has groups of digits."""
        return bool(self.thousands) and self.can_read(core) and not Marks(self.decimal, "").can_read(core)


#: In the order in which they are preferred where several read a column equally.
ALL_MARKS = tuple(
    Marks(decimal, thousands)
    for decimal, groupers in ((".", ("", ",", " ", "'")), (",", ("", ".", " ", "'")))
    for thousands in groupers
)


@dataclass(frozen=True)
class Written:
    """One shape taken apart: what stands around its number, or its two numbers.

    Attributes:
        shape: The cells.
        prefix: In lower case, without spaces around.
        cores: The number; two for a range.
        suffix: As written, without spaces around.
        is_spaced: Whether a range has spaces around its dash.
    """

    shape: Shape
    prefix: str
    cores: tuple[str, ...]
    suffix: str
    is_spaced: bool = False

    @property
    def is_range(self) -> bool:
        """Whether there are two numbers."""
        return len(self.cores) == 2

    @property
    def unit_key(self) -> str:
        """What suffixes of the same meaning share."""
        return CURRENCIES.get(self.suffix.lower(), re.sub(r"[\s.]", "", self.suffix.lower()))


def take_apart(shape: Shape) -> Written | None:
    """Return what stands around the number of ``shape``; None where there is no number, or more than a range."""
    text = shape.example
    one = _ONE.fullmatch(text)
    if one is not None:
        return Written(shape, one["prefix"].strip().lower(), (one["core"],), one["suffix"].strip())
    two = _TWO.fullmatch(text)
    if two is not None:
        is_spaced = two["dash"].strip() != two["dash"]
        cores = (two["core"].strip(), two["second"])
        return Written(shape, two["prefix"].strip().lower(), cores, two["suffix"].strip(), is_spaced)
    return None


@dataclass(frozen=True)
class NumberRule:
    """How to read the cells of one column as numbers.

    Attributes:
        marks: What separates digits.
        unit: Of the numbers, or "".
        prefixes: What may stand before a number, in lower case; nothing always may.
        suffixes: What may stand behind it; nothing always may.
        has_multipliers: Whether words such as k and M behind a number multiply it.
        has_ranges: Whether two numbers with a dash between stand for their middle.
        has_signs: Whether any cell is not as a computer writes numbers: a minus behind it, a footnote.
    """

    marks: Marks = field(default_factory=lambda: ALL_MARKS[0])
    unit: str = ""
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    has_multipliers: bool = False
    has_ranges: bool = False
    has_signs: bool = False

    @cached_property
    def pattern(self) -> str:
        """A cell with a number, with groups s1, s2, core, second, suffix, s3, for RE2."""
        prefix = _either(self.prefixes)
        suffix = _either((*self.suffixes, *(MULTIPLIERS if self.has_multipliers else ())))
        second = ""
        if self.has_ranges:
            between = rf"{_GAP}(?:[-–—~]|to|bis|à|a){_GAP}{prefix}{_GAP}"
            second = rf"(?:{between}(?P<second>{self.marks.pattern}))?"
        return (
            rf"(?i)^(?P<s1>[(+{_MINUS}]?){_GAP}{prefix}{_GAP}(?P<s2>[+{_MINUS}]?){_GAP}(?P<core>{self.marks.pattern})"
            rf"{second}{_GAP}(?P<suffix>{suffix})(?P<s3>(?:{_GAP}[{_MINUS})]|{_GAP}\[\w{{1,2}}\]|{_GAP}[*†‡]+)?)$"
        )

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(_for_python(self.pattern))

    def can_read(self, text: str) -> bool:
        """Whether ``text`` is a number by this rule."""
        return self._compiled.fullmatch(text) is not None

    @property
    def is_plain(self) -> bool:
        """Whether this is how computers write numbers."""
        return self == NumberRule(unit=self.unit)

    def sql(self, cell: str) -> str:
        """Return the SQL expression for the number in ``cell``, itself SQL for a trimmed text; NULL for no number."""
        if self.is_plain:
            return f"TRY_CAST({cell} AS DOUBLE)"
        groups = ["s1", "s2", "core", *(("second",) if self.has_ranges else ()), "suffix", "s3"]  # in their order
        pattern = self.pattern.replace("'", "''")
        parts = f"regexp_extract({cell}, '{pattern}', {groups})"
        value = self._number_sql(f"{parts}.core")
        if self.has_ranges:
            upper = self._number_sql(f"{parts}.second")
            value = f"(CASE WHEN {parts}.second = '' THEN {value} ELSE ({value} + {upper}) / 2 END)"
        if self.has_multipliers:
            cases = " ".join(f"WHEN '{word}' THEN {factor:.0f}" for word, factor in MULTIPLIERS.items())
            value = f"({value} * CASE lower({parts}.suffix) {cases} ELSE 1 END)"
        negative = ", ".join(f"'{sign}'" for sign in _MINUS.removeprefix("\\"))
        is_negative = (
            f"({parts}.s1 IN ({negative}, '(') OR {parts}.s2 IN ({negative}) OR trim({parts}.s3) IN ({negative}))"
        )
        return f"(CASE WHEN {is_negative} THEN -{value} ELSE {value} END)"

    def _number_sql(self, text: str) -> str:
        digits = text
        if self.has_signs:
            digits = f"regexp_replace({digits}, '[.,][-–—]+$', '')"
        if self.marks.thousands:
            digits = (
                f"regexp_replace({digits}, '{_GROUPERS[self.marks.thousands].replace(chr(39), chr(39) * 2)}', '', 'g')"
            )
        if self.marks.decimal != ".":
            digits = f"replace({digits}, '{self.marks.decimal}', '.')"
        return f"TRY_CAST(replace({digits}, '−', '-') AS DOUBLE)"


@dataclass(frozen=True)
class Finding:
    """A rule with how well it fits.

    Attributes:
        rule: The best.
        readable: Cells that it reads.
        others: Marks that read as many cells, some of them as other numbers; none where the rule is sure.
        fractions: Cells that prove what the sign before fractions is, by marks' decimal.
    """

    rule: NumberRule
    readable: int
    others: tuple[Marks, ...]
    fractions: Counter[str]


def find_rule(
    shapes: Sequence[Shape], cells: int, marks: Sequence[Marks] = ALL_MARKS, enough: float = ENOUGH
) -> Finding | None:
    """Return the rule that reads most of ``cells`` cells written as ``shapes``.

    Args:
        shapes: The most frequent ones.
        cells: How many cells have a value.
        marks: May be used, the preferred first.
        enough: Share of the cells that it has to read; otherwise the answer is None.
    """
    written = [found for shape in shapes if (found := take_apart(shape)) is not None]
    written = _without_odd_prefixes(written)
    ranges = sum(found.shape.count for found in written if found.is_range)
    if 2 * ranges > sum(found.shape.count for found in written) and not all(
        found.is_spaced for found in written if found.is_range
    ):
        written = [found for found in written if not found.is_range]
    unit, has_multipliers, written = _one_unit(written, cells)
    if sum(found.shape.count for found in written) < enough * cells:
        return None
    coverage = {
        each: sum(found.shape.count for found in written if all(map(each.can_read, found.cores))) for each in marks
    }
    best = max(marks, key=lambda each: coverage[each])
    readable = [found for found in written if all(map(best.can_read, found.cores))]
    rule = NumberRule(
        best,
        unit,
        tuple(sorted({found.prefix for found in readable} - {""})),
        () if has_multipliers else tuple(sorted({found.suffix.lower() for found in readable} - {""})),
        has_multipliers,
        any(found.is_range for found in readable),
        any(not _PLAIN.fullmatch(found.shape.example) for found in readable),
    )
    if coverage[best] < enough * cells or not coverage[best]:
        return None
    others = tuple(each for each in marks if coverage[each] == coverage[best] and _differs(best, each, readable))
    return Finding(rule, coverage[best], others, _proofs(readable))


def _without_odd_prefixes(written: Sequence[Written]) -> list[Written]:
    kept = [found for found in written if found.prefix in _PREFIXES]
    are_classes = all(found.prefix in _BOUNDS for found in kept)  # such as <=50K and >50K
    return [] if are_classes else kept


def _one_unit(written: list[Written], cells: int) -> tuple[str, bool, list[Written]]:
    """Return the unit that most of ``written`` have, whether words multiply, and those that have it or none."""
    monies: Counter[str] = Counter()
    for found in written:
        if found.prefix in CURRENCIES:
            monies[CURRENCIES[found.prefix]] += found.shape.count
    money = max(monies, key=lambda each: monies[each], default="")
    written = [found for found in written if CURRENCIES.get(found.prefix, money) == money]
    counts: Counter[str] = Counter()
    for found in written:
        counts[found.unit_key] += found.shape.count
    words = set(counts) - {""}
    if words and words <= set(MULTIPLIERS) and (money or len(words) > 1):
        return money, True, written
    if not words:
        return money, False, written
    main, count = counts.most_common(1)[0]
    spelled = next(found.suffix for found in written if found.unit_key == main)
    if main == "":
        kept = {"", *(key for key in words if key in CURRENCIES.values() or _FLAGS.fullmatch(key))}
        return money, False, [found for found in written if found.unit_key in kept]
    is_known = main in CURRENCIES.values() or spelled.lower() in UNITS
    is_usual = count >= ENOUGH * cells and len(spelled) <= _LONGEST_UNIT and main not in _ORDINAL
    if not (is_known or is_usual):
        return money, False, [found for found in written if found.unit_key == ""]
    unit = CURRENCIES.get(spelled.lower(), spelled)
    return unit, False, [found for found in written if found.unit_key in (main, "")]


def _differs(best: Marks, other: Marks, written: Sequence[Written]) -> bool:
    """Whether ``other`` reads some of ``written`` as another number than ``best``."""
    return any(_value(best, core) != _value(other, core) for found in written for core in found.cores)


def _value(marks: Marks, core: str) -> str:
    if marks.thousands:
        core = re.sub(_for_python(_GROUPERS[marks.thousands]), "", core)
    return core.replace(marks.decimal, ".").rstrip(".")


def _proofs(written: Sequence[Written]) -> Counter[str]:
    """Return how many cells can only be read with each sign before fractions."""
    proofs: Counter[str] = Counter()
    for found in written:
        decimals = {each.decimal for each in ALL_MARKS if all(map(each.can_read, found.cores))}
        if len(decimals) == 1:
            proofs[decimals.pop()] += found.shape.count
    return proofs


def _either(words: Sequence[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, ordered))})?" if ordered else ""


def _for_python(pattern: str) -> str:
    """Return a pattern written for RE2 as Python reads it."""
    return re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: f"\\u{int(found[1], 16):04x}", pattern)


def is_number(text: str) -> bool:
    """Whether ``text`` by itself is a number in some writing, perhaps with money or a unit."""
    text = text.strip()
    if not any(map(str.isdigit, text)):
        return False
    if _PLAIN.fullmatch(text):
        return True
    found = take_apart(Shape(text, 1, 0))
    if found is None or found.prefix not in _PREFIXES or not any(each.can_read(found.cores[0]) for each in ALL_MARKS):
        return False
    suffix = found.suffix.lower()
    return not suffix or suffix in UNITS or suffix in CURRENCIES or suffix in MULTIPLIERS
