"""Where OpenGL draws a picture outside of any window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import ArgumentError

from OpenGL.error import Error as OpenGLError
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QImage, QOffscreenSurface, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from gdexplorer.ui.opengl import NoOpenGLError, make_context

_SMOOTHING_SAMPLES = 4


class SurfaceCanvas(QObject):
    """A context, made for the first picture, with one framebuffer. Call ``free`` before the parent dies.

    A QOpenGLWidget would do the same, but with one of them in a window Qt puts the whole window together by OpenGL;
    where the processor has to do that, each repaint of any widget then takes longer than a frame.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._context: QOpenGLContext | None = None
        self._surface: QOffscreenSurface | None = None
        self._framebuffer: QOpenGLFramebufferObject | None = None

    def picture(self, width: int, height: int, paint: Callable[[], None]) -> QImage:
        """Return what ``paint`` draws, in so many pixels.

        Raises:
            NoOpenGLError: It does not work, or no more.
        """
        with self._current():
            framebuffer = self._made_framebuffer(QSize(width, height))
            if not framebuffer.bind():
                raise NoOpenGLError("its framebuffer cannot be used")
            paint()
            image = framebuffer.toImage()
            if image.isNull():
                raise NoOpenGLError("its picture cannot be read")
        image.reinterpretAsFormat(QImage.Format.Format_RGB32)  # nothing shows through it, so it is painted by copying
        return image

    def free(self, give_back: Callable[[], None]) -> None:
        """Let ``give_back`` destroy what was made while pictures were painted, then destroy the canvas's own."""
        if self._context is None or self._surface is None:
            return
        if self._context.makeCurrent(self._surface):
            give_back()
            self._framebuffer = None
            self._context.doneCurrent()
        self._framebuffer = self._context = None
        self._surface.destroy()
        self._surface = None

    @contextmanager
    def _current(self) -> Iterator[None]:
        """Let OpenGL mean this canvas, and let all that goes wrong with it be an NoOpenGLError."""
        if self._context is None or self._surface is None:
            self._context, self._surface = make_context(self)
        elif not self._context.makeCurrent(self._surface):
            raise NoOpenGLError("its context was lost")
        try:
            yield
        except (OpenGLError, ArgumentError, RuntimeError) as error:
            raise NoOpenGLError(str(error).splitlines()[0] if str(error) else type(error).__name__) from error
        finally:
            self._context.doneCurrent()

    def _made_framebuffer(self, size: QSize) -> QOpenGLFramebufferObject:
        """Return a framebuffer of this size, with smooth edges where the screen can do that."""
        made = self._framebuffer
        if made is not None and made.size() == size:
            return made
        self._framebuffer = None
        for samples in (_SMOOTHING_SAMPLES, 0):
            wanted = QOpenGLFramebufferObjectFormat()
            wanted.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)  # for 24 bits of depth
            wanted.setSamples(samples)
            made = QOpenGLFramebufferObject(size, wanted)
            if made.isValid():
                self._framebuffer = made
                return made
        raise NoOpenGLError("no framebuffer can be made")
