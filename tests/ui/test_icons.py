from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from gdexplorer.ui.icons import IconSet
from gdexplorer.ui.theme import DARK, LIGHT

FILES = {
    path.stem: path.read_text("utf-8") for path in (Path(__file__).parents[2] / "resources" / "icons").glob("*.svg")
}
TINTED = sorted(set(FILES) - {"app"})


@pytest.fixture
def icons(request):
    request.getfixturevalue("qapp")
    return IconSet(FILES)


def strongest(icon, side, mode=QIcon.Mode.Normal, ratio=1.0):
    image = icon.pixmap(QSize(side, side), ratio, mode).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return image.width(), max(pixels, key=lambda colour: colour.alpha())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("name", TINTED)
def test_icons_take_the_theme_s_colour(icons, name, theme):
    _, colour = strongest(icons.icon(name, theme), 24)
    assert colour.alpha() > 200
    assert colour.name() == theme.text


def test_a_role_is_another_colour_and_disabled_is_fainter(icons):
    icon = icons.icon("run", DARK, "on_accent")
    _, colour = strongest(icon, 24)
    _, faint = strongest(icon, 24, QIcon.Mode.Disabled)
    assert colour.name() == DARK.on_accent
    assert faint.alpha() < colour.alpha()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_icons_are_crisp_on_both_screens(icons, ratio):
    width, _ = strongest(icons.icon("step", LIGHT), 18, ratio=ratio)
    assert width == 18 * ratio


def test_the_program_s_icon_keeps_its_colours(icons):
    assert icons.icon("app", LIGHT).pixmap(64).toImage() == icons.icon("app", DARK).pixmap(64).toImage()


def test_an_unknown_name_is_an_error(icons):
    with pytest.raises(KeyError):
        icons.icon("nothing", LIGHT)
