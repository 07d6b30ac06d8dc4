"""What several dialects share: sentences above and below, national habits, words of other languages."""

from __future__ import annotations

from tests.files import changes as c
from tests.files.changes import Change, Numerals, chained

MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-8": b"\xef\xbb\xbf"}
TITLES = ("Homes sold in the region", "Source: county register, 2011; all rights reserved", "")
COMMENTS = ("# made by hand, with care", "# version: 2; 2011-05-01")
FOOTNOTES = ("", "Source: Statistical office, 2020", "* preliminary")
SKIPPED, LEFT_OUT, NAMED = r"skip|above|left out|before", r"left out|drop|skip|below|end|not .*rows", r"name|call"
GERMAN = chained(
    c.with_large_target,
    c.with_ratio,
    c.spelled(Numerals(decimal=",")),
    c.spelled(Numerals(decimal=",", thousands="."), c.is_large),
)
ENGLISH = chained(c.with_large_target, c.with_ratio, c.spelled(Numerals(thousands=","), c.is_large))
COMMA = chained(c.with_ratio, c.spelled(Numerals(decimal=",")))
_FOREIGN = {
    "cp1252": (
        ("preis", "größe", "straße"),
        ("Überlinger Weg – Nord", "Königsallee", "Am Mühlgraben", "Weiße Gasse"),
    ),
    "latin-1": (("coût", "superficie bâtie", "localité"), ("Évry", "Besançon", "Nîmes", "Orléans", "Mâcon")),
    "mac-roman": (("preis", "größe", "straße"), ("Hauptstraße", "Königsallee", "Überlinger Weg", "Am Mühlgraben")),
    "shift_jis": (
        ("価格", "面積", "住所"),
        ("東京都新宿区西新宿", "大阪府大阪市北区梅田", "カタカナの町", "ひらがなの村"),
    ),
    "cp1251": (
        ("цена", "площадь", "улица"),
        ("Москва, Тверская улица", "Санкт-Петербург", "Нижний Новгород", "Казань"),
    ),
    "gbk": (("价格", "面积", "地址"), ("北京市朝阳区建国路", "上海市浦东新区", "广州市天河区体育西路", "深圳市南山区")),
}


def foreign(encoding: str) -> Change:
    names, words = _FOREIGN[encoding]
    return c.with_words(words, names)
