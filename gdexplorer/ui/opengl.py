"""Whether this screen can draw in 3D."""

from __future__ import annotations

from PySide6.QtCore import QObject, QProcessEnvironment
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

_NEEDED = (2, 1)
_WITHOUT = ("offscreen", "minimal", "minimalegl", "linuxfb", "vnc")
_SENTENCE = "This screen has no OpenGL ({}), so the surface is shown as contours only."

_problem: str | None = None


class NoOpenGLError(Exception):
    """OpenGL does not work here, or no more; says why in a few words."""


def opengl_problem() -> str:
    """Return why nothing can be drawn in 3D here, as a sentence for users, or an empty text if it can.

    Asks once and remembers the answer. GUI thread, after the application was made.
    """
    global _problem
    if _problem is None:
        reason = _reason()
        _problem = _SENTENCE.format(reason) if reason else ""
    return _problem


def forbid_opengl(sentence: str) -> None:
    """Let :func:`opengl_problem` answer with ``sentence`` from now on, without asking."""
    global _problem
    _problem = sentence


def prepare_opengl() -> None:
    """Let PyOpenGL look for functions where Qt makes its contexts; before the first import of ``OpenGL.GL``.

    PyOpenGL guesses by the session, which is wrong for a program that runs on XWayland, say.
    """
    environment = QProcessEnvironment.systemEnvironment()
    platform = pyopengl_platform(QGuiApplication.platformName(), environment.value("QT_XCB_GL_INTEGRATION"))
    if platform and not environment.contains("PYOPENGL_PLATFORM"):
        import OpenGL

        OpenGL.setPlatform(platform)


def pyopengl_platform(qt_platform: str, xcb_integration: str = "") -> str:
    """Return PyOpenGL's name for what Qt's platform plugin uses; empty where PyOpenGL knows it by itself."""
    if qt_platform == "xcb":
        return "egl" if xcb_integration == "xcb_egl" else "glx"
    return "egl" if qt_platform.startswith(("wayland", "eglfs")) else ""


def make_context(parent: QObject | None = None) -> tuple[QOpenGLContext, QOffscreenSurface]:
    """Return a new context, current on a surface of its own; it shares what other contexts of ours have compiled.

    Raises:
        NoOpenGLError: There is none.
    """
    context = QOpenGLContext(parent)
    shared = QOpenGLContext.globalShareContext()
    if shared is not None:
        context.setShareContext(shared)
    if not context.create():
        raise NoOpenGLError("no context can be made")
    surface = QOffscreenSurface(None, parent)
    surface.setFormat(context.format())
    surface.create()
    if not (surface.isValid() and context.makeCurrent(surface)):
        raise NoOpenGLError("its context cannot be used")
    return context, surface


def _reason() -> str:
    """Make a context as the surface does, and return what it lacks."""
    platform = QGuiApplication.platformName()
    if platform in _WITHOUT:
        return f"Qt's “{platform}” platform draws without it"
    try:
        context, surface = make_context()
    except NoOpenGLError as failure:
        return str(failure)
    context.doneCurrent()
    surface.destroy()
    if context.isOpenGLES():
        return "only OpenGL ES"
    version = context.format().version()
    if version < _NEEDED:
        return f"version {version[0]}.{version[1]}; it takes {_NEEDED[0]}.{_NEEDED[1]}"
    return ""
