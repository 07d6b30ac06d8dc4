"""Whether there is OpenGL is asked once, safely, and answered in a sentence."""

import subprocess
import sys

import pytest
from PySide6.QtGui import QGuiApplication

from gdexplorer.ui import opengl

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(autouse=True)
def unasked(monkeypatch):
    monkeypatch.setattr(opengl, "_problem", None)


def test_it_works_on_a_screen():
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("needs a screen")
    assert opengl.opengl_problem() == ""


@pytest.mark.parametrize("platform", ["offscreen", "minimal"])
def test_a_platform_without_it_is_not_touched(monkeypatch, platform):
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)
    monkeypatch.setattr(opengl, "QOpenGLContext", None)
    sentence = opengl.opengl_problem()
    assert platform in sentence
    assert sentence.endswith("so the surface is shown as contours only.")


def test_it_asks_once(monkeypatch):
    asked = []
    monkeypatch.setattr(opengl, "_reason", lambda: asked.append(1) or "no context can be made")
    assert opengl.opengl_problem() == opengl.opengl_problem()
    assert asked == [1]
    assert "no context can be made" in opengl.opengl_problem()


def test_what_is_forbidden_is_not_asked(monkeypatch):
    monkeypatch.setattr(opengl, "_reason", lambda: pytest.fail("asked"))
    opengl.forbid_opengl("You asked for no OpenGL.")
    assert opengl.opengl_problem() == "You asked for no OpenGL."


class _Context:
    """A stand-in for a context of some version."""

    version, is_es, can_create, is_usable = (4, 5), False, True, True

    def __init__(self, _parent):
        pass

    @staticmethod
    def globalShareContext():
        return None

    def create(self):
        return self.can_create

    def format(self):
        return self

    def makeCurrent(self, _surface):
        return self.is_usable

    def doneCurrent(self):
        pass

    def isOpenGLES(self):
        return self.is_es


class _Surface:
    def __init__(self, _screen, _parent):
        pass

    def setFormat(self, _format):
        pass

    def create(self):
        pass

    def destroy(self):
        pass

    def isValid(self):
        return True


@pytest.mark.parametrize(
    ("lack", "words"),
    [
        ({"can_create": False}, "no context can be made"),
        ({"is_usable": False}, "its context cannot be used"),
        ({"version": lambda _self: (1, 4)}, "version 1.4; it takes 2.1"),
        ({"is_es": True}, "only OpenGL ES"),
    ],
)
def test_the_sentence_says_what_is_missing(monkeypatch, lack, words):
    context = type("Lacking", (_Context,), {"version": lambda _self: (4, 5), **lack})
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    monkeypatch.setattr(opengl, "QOpenGLContext", context)
    monkeypatch.setattr(opengl, "QOffscreenSurface", _Surface)
    assert words in opengl.opengl_problem()


@pytest.mark.parametrize(
    ("qt", "integration", "expected"),
    [
        ("xcb", "", "glx"),
        ("xcb", "xcb_egl", "egl"),
        ("wayland", "", "egl"),
        ("wayland-egl", "", "egl"),
        ("cocoa", "", ""),
    ],
)
def test_pyopengl_looks_where_qt_does(qt, integration, expected):
    assert opengl.pyopengl_platform(qt, integration) == expected


def test_the_view_alone_imports_no_opengl():
    program = (
        "import sys, gdexplorer.ui.surface_view, gdexplorer.ui.opengl;"
        "print([m for m in sys.modules if m.startswith(('OpenGL', 'pyqtgraph.opengl'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
