"""Dialects of what stands in the cells: numbers, words that stand for something, and national habits together."""

from __future__ import annotations

from tests.files import changes as c
from tests.files.changes import HARD_SPACE, NARROW_SPACE, Numerals
from tests.files.dialect import Dialect
from tests.files.habits import COMMA, ENGLISH, FOOTNOTES, GERMAN, MARKS, SKIPPED, foreign
from tests.files.writing import TextForm


def _numbers() -> list[Dialect]:
    commas = (r"comma",)
    thousands = (r"thousand|group",)

    def grouped(name: str, sign: str, decimal: str = ".", separator: str = ";") -> Dialect:
        large = c.spelled(Numerals(decimal=decimal, thousands=sign), c.is_large)
        steps = (c.with_large_target, c.with_ratio, c.spelled(Numerals(decimal=decimal)), large)
        return Dialect(name, TextForm(separator), steps, noted=thousands)

    def priced(name: str, numerals: Numerals, units: tuple[str, ...], separator: str = ",") -> Dialect:
        basis = (c.with_large_target, c.with_ratio, c.spelled(Numerals(decimal=numerals.decimal)))
        return Dialect(name, TextForm(separator), (*basis, c.target_spelled(numerals, units)))

    def measured(name: str, numerals: Numerals, *units: str, separator: str = ",") -> Dialect:
        return Dialect(name, TextForm(separator), (c.with_ratio, c.feature_spelled(numerals, units)))

    def balanced(name: str, numerals: Numerals, units: tuple[str, ...] = ("",), noted: bool = True) -> Dialect:
        steps = (c.with_large_target, c.with_balance, c.balance_spelled(numerals, units, noted))
        return Dialect(name, TextForm(), steps)

    dollars, euros, pounds, francs = ("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("CHF",)
    return [
        Dialect("decimal comma", TextForm(";"), (COMMA,), noted=commas),
        Dialect("decimal comma, tabs", TextForm("\t"), (COMMA,), ".txt", commas),
        Dialect("decimal comma, quoted between commas", TextForm(quoting="minimal"), (COMMA,), noted=commas),
        Dialect("decimal comma, everything quoted", TextForm(quoting="all"), (COMMA,), noted=commas),
        Dialect("decimal comma, aligned", TextForm(" "), (c.with_plain_texts, COMMA), ".txt", commas),
        Dialect("thousands by comma", TextForm(), (ENGLISH,), noted=thousands),
        Dialect("thousands by comma, tabs", TextForm("\t"), (ENGLISH,), ".tsv", thousands),
        Dialect("thousands by point", TextForm(";"), (GERMAN,), noted=thousands),
        Dialect("thousands by point, between commas", TextForm(), (GERMAN,), noted=thousands),
        grouped("thousands by space", " ", ","),
        grouped("thousands by hard space", HARD_SPACE, ","),
        grouped("thousands by narrow space", NARROW_SPACE, ","),
        grouped("thousands by apostrophe", "'"),
        grouped("thousands by curly apostrophe", "’", ".", ","),
        priced("dollars", Numerals(thousands=",", before="$"), dollars),
        priced("dollars and cents", Numerals(thousands=",", before="$", places=2), dollars),
        priced("dollars, not grouped", Numerals(before="$ "), dollars),
        Dialect(
            "dollars, no other fraction",
            TextForm(),
            (c.with_large_target, c.target_spelled(Numerals(thousands=",", before="$"), dollars)),
        ),
        priced("euros behind", Numerals(",", ".", behind=" €"), euros, ";"),
        priced("euros before", Numerals(",", ".", 2, before="EUR "), euros, ";"),
        priced("euros behind hard space", Numerals(",", NARROW_SPACE, 2, behind=HARD_SPACE + "€"), euros, ";"),
        priced("pounds", Numerals(thousands=",", before="£"), pounds),
        priced("francs", Numerals(thousands="'", before="CHF ", places=2), francs, ";"),
        priced("francs, dash for no cents", Numerals(thousands="'", before="CHF ", behind=".-"), francs, ";"),
        priced("dollars by code behind", Numerals(thousands=",", behind=" USD"), dollars),
        Dialect("per cent", TextForm(), (c.with_share(Numerals(behind="%"), ("%",)),)),
        Dialect("per cent, comma, space", TextForm(";"), (COMMA, c.with_share(Numerals(",", behind=" %"), ("%",)))),
        measured("square metres behind", Numerals(behind=" m²"), "m²"),
        measured("square metres behind, tight", Numerals(behind="Sq. Meter"), "Sq. Meter", "m²"),
        measured("square feet behind", Numerals(thousands=",", behind=" sq ft"), "sq ft", "ft²"),
        balanced("negative in brackets", Numerals(thousands=",", places=2, sign="({})")),
        balanced("negative dollars", Numerals(thousands=",", places=2, before="$"), dollars),
        balanced("negative by trailing minus", Numerals(places=2, sign="{}-")),
        balanced("negative by minus sign", Numerals(sign="−{}"), noted=False),
        Dialect("scientific", TextForm(), (c.with_ratio, c.spelled(Numerals(exponent="e")))),
        Dialect("scientific, capital", TextForm("\t"), (c.with_ratio, c.spelled(Numerals(exponent="E"))), ".txt"),
        Dialect(
            "scientific, comma", TextForm(";"), (c.with_ratio, c.spelled(Numerals(",", exponent="E"))), noted=commas
        ),
        Dialect("always two places", TextForm(), (c.spelled(Numerals(places=2), c.is_counted),)),
        Dialect("always three places", TextForm(), (c.with_ratio, c.spelled(Numerals(places=3), c.is_ratio))),
        Dialect("ranges", TextForm(), (c.with_ranges("{} - {}"),), noted=("middle|mean|range",)),
        Dialect("ranges, tight", TextForm(";"), (c.with_ranges("{}-{}"),), noted=("middle|mean|range",)),
        Dialect("ranges by dash", TextForm(), (c.with_ranges("{}–{}"),), noted=("middle|mean|range",)),
    ]


def _meanings() -> list[Dialect]:
    """Words that stand for something, and numbers that are no quantities."""

    def missing(word: str, noted: bool = True) -> Dialect:
        return Dialect(f"missing as {word or 'nothing'}", TextForm(), (c.with_missing(word, noted=noted),))

    def truth(no: str, yes: str) -> Dialect:
        return Dialect(f"{yes} and {no}", TextForm(), (c.with_truth(no, yes),))

    mixed = ("NA", "N/A", "n.a.", "-", "", "null", "?", "unknown")
    return [
        missing("", noted=False),
        *(missing(word, noted=False) for word in ("NA", "N/A", "NaN", "NULL", "null", "nan", "#N/A")),
        *(missing(word) for word in ("?", "-", "--", ".", "none", "None", "n.a.", "n/a", "missing", "unknown")),
        Dialect("missing, mixed", TextForm(), (c.with_missing(*mixed, every=4),)),
        Dialect(
            "missing, mixed, quoted", TextForm(";", "all"), (COMMA, c.with_missing(*mixed, every=4)), noted=("comma",)
        ),
        Dialect("missing, padded", TextForm(), (c.with_missing(" NA", "- ", "  "),)),
        *(truth(no, yes) for no, yes in (("false", "true"), ("FALSE", "TRUE"), ("False", "True"))),
        *(truth(no, yes) for no, yes in (("no", "yes"), ("nein", "ja"), ("N", "Y"), ("F", "T"), ("No", "Yes"))),
        Dialect("ISO dates", TextForm(), (c.with_dates("%Y-%m-%d"),)),
        Dialect("ISO times", TextForm(), (c.with_dates("%Y-%m-%d %H:%M:%S"),)),
        Dialect("ISO times with T", TextForm(), (c.with_dates("%Y-%m-%dT%H:%M:%SZ"),)),
        Dialect("American dates", TextForm(), (c.with_dates("%m/%d/%Y"),)),
        Dialect("German dates", TextForm(";"), (c.with_dates("%d.%m.%Y"), COMMA), noted=("comma",)),
        Dialect("British dates", TextForm(), (c.with_dates("%d/%m/%Y"),)),
        Dialect("identifiers", TextForm(), (c.with_identifiers,)),
        Dialect("zero-led codes", TextForm(), (c.with_zero_led_codes,)),
        Dialect("zero-led codes, quoted", TextForm(";", "all"), (c.with_zero_led_codes,)),
        Dialect("a constant", TextForm(), (c.with_constant,)),
    ]


def _whole_files() -> list[Dialect]:
    """What programs and offices really send: many habits at once."""
    german = (
        foreign("cp1252"),
        GERMAN,
        c.with_dates("%d.%m.%Y"),
        c.with_truth("nein", "ja"),
        c.with_missing("k.A.", "-"),
    )
    report = (
        c.with_large_target,
        c.with_balance,
        c.spelled(Numerals(thousands=","), c.is_large),
        c.target_spelled(Numerals(thousands=",", before="$"), ("$", "USD")),
        c.balance_spelled(Numerals(thousands=",", places=2, sign="({})")),
        c.with_missing("n/a"),
    )
    french = (
        c.with_large_target,
        c.with_ratio,
        c.spelled(Numerals(",")),
        c.spelled(Numerals(",", NARROW_SPACE), c.is_large),
        c.target_spelled(Numerals(",", NARROW_SPACE, 2, behind=HARD_SPACE + "€"), ("€", "EUR")),
        c.with_truth("non", "oui"),
    )
    swiss = (
        c.with_large_target,
        c.with_ratio,
        c.spelled(Numerals(thousands="’"), c.is_large),
        c.with_dates("%d.%m.%Y"),
    )
    return [
        Dialect(
            "a German Excel's CSV",
            TextForm(";", encoding="cp1252", line_end="\r\n", above=("Verkäufe 2010;;", ""), total="Summe"),
            german,
            noted=(SKIPPED, "Summe"),
        ),
        Dialect(
            "an American report",
            TextForm(
                above=("Sales report", "Prepared on 01/02/2011", ""), total="Total", below=FOOTNOTES, line_end="\r\n"
            ),
            report,
            noted=(SKIPPED, "Total"),
            blanks=1,
        ),
        Dialect("a French export", TextForm(";", mark=MARKS["utf-8"], line_end="\r\n"), french),
        Dialect("a Swiss export", TextForm(";", quoting="texts", mark=MARKS["utf-8"]), swiss),
        Dialect(
            "Excel's Unicode text",
            TextForm("\t", encoding="utf-16-le", mark=b"\xff\xfe", line_end="\r\n"),
            (foreign("cp1252"), GERMAN),
            ".txt",
        ),
        Dialect(
            "an archive's data",
            TextForm(", ", has_names=False),
            (c.with_missing("?"), c.with_numbered_names),
            ".data",
            ("x1",),
        ),
        Dialect(
            "pandas, gzip",
            TextForm(),
            (c.with_row_numbers(0, ""), c.with_missing("", noted=False), c.with_truth("False", "True")),
            packed="gz",
        ),
        Dialect(
            "an instrument's log",
            TextForm("\t", above=("# logger 7", "# started 2011-02-03 04:05:06"), has_units=True, line_end="\r\n"),
            (c.with_units(), c.with_ratio, c.with_missing("---"), c.spelled(Numerals(places=4), c.is_ratio)),
            ".txt",
            (SKIPPED, "unit"),
        ),
    ]


CELL_DIALECTS: tuple[Dialect, ...] = (*_numbers(), *_meanings(), *_whole_files())
