"""How dates are written, and how DuckDB reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TIME = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?(?:\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
_MONTH = r"[A-Za-zÀ-ÿ]{3,9}\.?"
#: Writings of dates; with each the formats that DuckDB may find it in, day first before month first.
_WRITINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}{_TIME}", ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")),
    (rf"\d{{4}}/\d{{1,2}}/\d{{1,2}}{_TIME}", ("%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")),
    (rf"\d{{4}}\.\d{{1,2}}\.\d{{1,2}}\.?{_TIME}", ("%Y.%m.%d", "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M")),
    (
        rf"\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}|\d{{2}}){_TIME}",
        ("%d.%m.%Y", "%d.%m.%y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%m.%d.%Y", "%m.%d.%y"),
    ),
    (
        rf"\d{{1,2}}/\d{{1,2}}/(?:\d{{4}}|\d{{2}}){_TIME}",
        (
            *("%d/%m/%Y", "%d/%m/%y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y", "%m/%d/%y"),
            *("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p"),
        ),
    ),
    (
        rf"\d{{1,2}}-\d{{1,2}}-(?:\d{{4}}|\d{{2}}){_TIME}",
        ("%d-%m-%Y", "%d-%m-%y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%m-%d-%Y", "%m-%d-%y"),
    ),
    (
        rf"\d{{1,2}}[ .\-/]+{_MONTH}[ \-/,]+(?:\d{{4}}|\d{{2}}){_TIME}",
        ("%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%d-%B-%Y", "%d. %B %Y", "%d %b %y"),
    ),
    (
        rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}{_TIME}",
        ("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y"),
    ),
    (rf"{_MONTH}[ \-]?\d{{4}}|{_MONTH}-\d{{2}}|\d{{2}}-{_MONTH}", ("%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%y-%b")),
    (r"\d{4}-\d{2}", ("%Y-%m",)),
    (r"\d{2}/\d{4}", ("%m/%Y",)),
    (r"\d{8}T\d{6}Z?", ("%Y%m%dT%H%M%S",)),
    (r"\d{4}[ \-]?Q[1-4]|Q[1-4][ \-/]\d{4}", ()),
    (
        rf"[A-Za-z]{{3,9}},? (?:{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH} \d{{4}}){_TIME}",
        ("%a, %d %b %Y", "%A, %B %d, %Y"),
    ),
    (r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[AaPp][Mm])?", ()),
)
_LONG_YEAR = re.compile(r"\d{4}")
_COMPILED = tuple((re.compile(pattern), formats) for pattern, formats in _WRITINGS)


def is_date(text: str) -> bool:
    """Whether ``text`` is written like a date or a time of day."""
    return any(pattern.fullmatch(text) for pattern, _ in _COMPILED)


def formats_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the formats in which DuckDB may find the dates ``texts``, the likelier first."""
    found: dict[str, None] = {}
    for text in texts:
        for pattern, formats in _COMPILED:
            if pattern.fullmatch(text):
                other = "%y" if _LONG_YEAR.search(text) else "%Y"  # which would read 20 as a year in antiquity
                found.update(dict.fromkeys(each for each in formats if other not in each))
                break
    return tuple(found)


def year_sql(cell: str, formats: Iterable[str]) -> str:
    """Return the SQL for the date in the text ``cell`` as a year with a fraction; NULL where there is none."""
    listed = ", ".join(f"'{each}'" for each in formats)
    if not listed:
        return "CAST(NULL AS DOUBLE)"
    standard = f"TRY_CAST({cell} AS TIMESTAMP)"  # with parts of a second, with a zone
    return date_year_sql(f"coalesce(try_strptime({cell}, [{listed}]), {standard})")


def date_year_sql(date: str) -> str:
    """Return the SQL for ``date``, SQL for a date or timestamp, as a year with a fraction."""
    start = f"date_trunc('year', CAST({date} AS TIMESTAMP))"
    share = f"epoch(CAST({date} AS TIMESTAMP) - {start}) / epoch({start} + INTERVAL 1 YEAR - {start})"
    return f"(year(CAST({date} AS TIMESTAMP)) + {share})"
