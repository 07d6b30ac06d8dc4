"""The words that tables are written with: for missing values, truth, units, money, totals and identifiers."""

from __future__ import annotations

import re

#: Stand for no value, in lower case and without spaces around.
MISSING = frozenset(
    {"", "na", "n/a", "n.a.", "n.a", "n/a.", "n. a.", "n / a", "nan", "null", "none", "nil", "missing", "unknown"}
    | {"?", "-", "--", "---", "–", "—", ".", "..", "...", "…", ":", "*", "/", "\\n", "na.", "-nan", "<na>"}
    | {"inf", "-inf", "+inf", "infinity", "-infinity", "+infinity", "+nan"}
    | {"(null)", "[null]", "(none)", "(blank)", "#n/a", "#na", "#null!", "#div/0!", "#value!", "#ref!", "#name?"}
    | {"#num!", "#nv", "#n/v", "not available", "not applicable", "unavailable", "no data", "nodata", "n.d.", "n.d"}
    | {"nd", "n/d", "k.a.", "k. a.", "k.a", "keine angabe", "k/a", "s/o", "s.o.", "inconnu", "unbekannt", "nv"}
    | {"tbd", "t.b.d.", "not reported", "not stated", "suppressed", "confidential", "undefined", "nat", "n\\a"}
)
#: Those that stand for no value in a column of texts too; there, a dash or “unknown” may be meant.
MISSING_TEXTS = ("", "NA", "N/A", "n/a", "NULL", "null", "NaN", "nan", "<NA>", "#N/A", "?")

#: Pairs of words for true and false, in lower case.
TRUTHS = (
    ("true", "false"),
    ("yes", "no"),
    ("y", "n"),
    ("t", "f"),
    ("ja", "nein"),
    ("j", "n"),
    ("oui", "non"),
    ("sí", "no"),
    ("si", "no"),
    ("sì", "no"),
    ("sim", "não"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("verdadero", "falso"),
    ("vero", "falso"),
    ("tak", "nie"),
    ("ano", "ne"),
    ("да", "нет"),
    ("on", "off"),
    ("ja", "nej"),
    ("ja", "nee"),
    ("kyllä", "ei"),
)

#: Money, as it stands before or behind a number, and what the unit is called then.
CURRENCIES = {
    **{"$": "USD", "us$": "USD", "usd": "USD", "u$s": "USD", "$us": "USD", "dollar": "USD", "dollars": "USD"},
    **{"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP"},
    **{"chf": "CHF", "fr.": "CHF", "sfr.": "CHF", "sfr": "CHF", "¥": "JPY", "jpy": "JPY", "円": "JPY"},
    **{"cny": "CNY", "rmb": "CNY", "元": "CNY", "₹": "INR", "rs.": "INR", "rs": "INR", "inr": "INR", "₨": "INR"},
    **{"kr": "kr", "kr.": "kr", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "zł": "PLN", "zl": "PLN", "pln": "PLN"},
    **{"kč": "CZK", "kc": "CZK", "czk": "CZK", "ft": "ft", "huf": "HUF", "₽": "RUB", "руб.": "RUB", "руб": "RUB"},
    **{
        "rub": "RUB",
        "₺": "TRY",
        "tl": "TRY",
        "try": "TRY",
        "r$": "BRL",
        "brl": "BRL",
        "a$": "AUD",
        "au$": "AUD",
        "aud": "AUD",
    },
    **{"c$": "CAD", "ca$": "CAD", "cad": "CAD", "nz$": "NZD", "nzd": "NZD", "hk$": "HKD", "hkd": "HKD", "s$": "SGD"},
    **{"sgd": "SGD", "₩": "KRW", "krw": "KRW", "원": "KRW", "₪": "ILS", "ils": "ILS", "zar": "ZAR", "lei": "RON"},
    **{"ron": "RON", "₴": "UAH", "грн": "UAH", "uah": "UAH", "mxn": "MXN", "mex$": "MXN", "฿": "THB", "thb": "THB"},
    **{
        "₫": "VND",
        "vnd": "VND",
        "₦": "NGN",
        "ngn": "NGN",
        "aed": "AED",
        "cfa": "XOF",
        "fcfa": "XOF",
        "f cfa": "XOF",
        "xof": "XOF",
        "ksh": "KES",
        "kes": "KES",
        "₱": "PHP",
    },
}

#: What round brackets may hold to be taken for a unit and not for a remark; square ones always hold a unit.
UNITS = frozenset(
    {"m", "m2", "m²", "m^2", "m3", "m³", "km", "km2", "km²", "cm", "mm", "µm", "nm", "ft", "sqft", "sq ft", "sq. ft."}
    | {"sq.ft.", "sq. ft", "sq.ft", "sq m", "sqm", "sq. m", "sq.m", "ft2", "ft²", "square feet", "square metres"}
    | {"square meters", "qm", "sq. meter", "sq meter", "in", "inch", "inches", "mi", "miles", "mile", "yd"}
    | {"acre", "acres", "ha", "kg", "g", "mg", "µg", "lb", "lbs", "oz", "t", "l", "ml", "cl", "dl", "gal", "°", "°c"}
    | {"°f", "deg", "degrees", "deg c", "c", "f", "k", "%", "percent", "pct", "‰", "ppm", "ppb", "hz", "khz", "mhz"}
    | {"ghz", "pa", "hpa", "kpa", "bar", "mbar", "w", "kw", "mw", "kwh", "mwh", "j", "kj", "cal", "kcal", "v", "mv"}
    | {"a", "ma", "n", "s", "sec", "ms", "min", "mins", "h", "hr", "hrs", "hours", "days", "d", "weeks", "months"}
    | {"years", "yr", "yrs", "year", "1/min", "rpm", "km/h", "kmh", "kph", "m/s", "mph", "kmpl", "km/l", "km/kg"}
    | {"mpg", "l/100km", "l/100 km", "g/km", "cc", "hp", "ps", "bhp", "nm", "gb", "mb", "kb", "tb", "mol", "mmol"}
    | {"mg/l", "mg/dl", "g/l", "mmol/l", "µg/m3", "µg/m³", "kg/m3", "kg/m²", "cm3", "cm³", "thousand", "thousands"}
    | {"millions", "million", "in thousands", "usd", "eur", "gbp", "chf", "$", "€", "£", "k$", "k€", "jpy", "pln"}
    | {
        "czk",
        "sek",
        "nok",
        "dkk",
        "inr",
        "rub",
        "us$",
        "kr",
        "zł",
        "kč",
        "₹",
        "¥",
        "points",
        "pts",
        "people",
        "persons",
    }
)

#: What a word behind a number multiplies it by, where a column mixes them.
MULTIPLIERS = {
    **{"k": 1e3, "tsd": 1e3, "tsd.": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "mio.": 1e6, "mn": 1e6},
    **{"mln": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "mrd": 1e9, "mrd.": 1e9, "billion": 1e9},
    **{"lac": 1e5, "lakh": 1e5, "lakhs": 1e5, "cr": 1e7, "crore": 1e7},
}

#: Before a number, without changing what it is worth.
ABOUT = frozenset({"~", "≈", "ca.", "ca", "c.", "approx.", "approx", "about", "circa", "etwa", "environ", "ab", "from"})

#: Numbers that stand for no value where they are far below all others.
MISSING_NUMBERS = (-99.0, -99.9, -200.0, -999.0, -999.9, -9999.0, -99999.0)

#: First words of a row that sums others up, in lower case.
TOTALS = frozenset(
    {
        "total",
        "totals",
        "grand total",
        "sum",
        "summe",
        "gesamt",
        "insgesamt",
        "gesamtsumme",
        "totale",
        "somme",
        "total:",
    }
    | {"totaal", "razem", "suma", "celkem", "итого", "всего", "ensemble", "subtotal", "average", "mean", "totals:"}
    | {"mittelwert", "durchschnitt", "moyenne", "media", "overall", "yhteensä", "i alt", "totalt", "sum:", "summe:"}
)

#: How lines that are no data begin.
COMMENT_SIGNS = ("#", "//", "%", "!", "--", "/*")

_IDENTIFIERS = re.compile(
    r"(?:.*[\W_])?(?:id|ids|nr|no|num|idx|index|key|code|codes|uuid|guid|pid|uid|rowid|sku|isbn|serial|row|"
    r"lfd|unnamed|#|№|nummer|number|zip|zipcode|plz|postcode|postal|postleitzahl|fips|phone|tel|telefon|order)"
    r"(?:[\W_]+(?:no|nr|number|code|id|of_order))?[.:]?"
)
_CODES = re.compile(
    r"(?:.*[\W_])?(?:zip|zip_?code|plz|post_?code|postal(?:[\W_]*code)?|postleitzahl|fips|iso|phone|tel|telefon|isbn|"
    r"cap|ward|tract|block|code|codes|kod|region_?code|area_?code|ags|ssn|mobile|fax)(?:[\W_]+(?:no|number))?[.:]?"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def names_identifier(header: str) -> bool:
    """Whether numbers below ``header`` may count or tell rows apart rather than measure them."""
    return bool(_IDENTIFIERS.fullmatch(_words(header)))


def names_code(header: str) -> bool:
    """Whether numbers below ``header`` are codes, such as a ZIP."""
    return bool(_CODES.fullmatch(_words(header)))


def _words(header: str) -> str:
    return _CAMEL.sub("_", header.strip()).lower()
