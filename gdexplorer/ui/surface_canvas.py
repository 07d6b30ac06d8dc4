"""Where OpenGL draws a picture outside of any window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import ArgumentError

from OpenGL import GL
from OpenGL.error import Error as OpenGLError
from PySide6.QtCore import QObject, QRect, QSize
from PySide6.QtGui import QImage, QOffscreenSurface, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from gdexplorer.ui.opengl import NoOpenGLError, make_context

_SMOOTHING_SAMPLES = 4
#: All of a framebuffer at once is copied ten times faster than colour and depth alone (measured with Mesa).
_ALL = GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT | GL.GL_STENCIL_BUFFER_BIT


class SurfaceCanvas(QObject):
    """A context, made for the first picture, with framebuffers. Call ``free`` before the parent dies.

    A QOpenGLWidget would do the same, but with one of them in a window Qt puts the whole window together by OpenGL;
    where the processor has to do that, each repaint of any widget then takes longer than a frame.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._context: QOpenGLContext | None = None
        self._surface: QOffscreenSurface | None = None
        self._back: QOpenGLFramebufferObject | None = None
        self._front: QOpenGLFramebufferObject | None = None

    def picture(
        self, width: int, height: int, paint_back: Callable[[], None] | None, paint_front: Callable[[], None]
    ) -> QImage:
        """Return what is drawn, in so many pixels.

        Args:
            width: Of the picture.
            height: Likewise.
            paint_back: Draws what is kept for the next pictures of this size; None to take what was kept.
            paint_front: Draws over it.

        Raises:
            NoOpenGLError: It does not work, or no more.
        """
        with self._current():
            size = QSize(width, height)
            if self._front is None or self._back is None or self._front.size() != size:
                self._back, self._front = self._made_framebuffer(size), self._made_framebuffer(size)
            if paint_back is not None:
                self._back.bind()
                paint_back()
            whole = QRect(0, 0, width, height)
            QOpenGLFramebufferObject.blitFramebuffer(self._front, whole, self._back, whole, _ALL, GL.GL_NEAREST)
            self._front.bind()
            paint_front()
            image = self._front.toImage()
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
            self._front = self._back = None
            self._context.doneCurrent()
        self._front = self._back = self._context = None
        self._surface.destroy()
        self._surface = None

    @contextmanager
    def _current(self) -> Iterator[None]:
        """Let OpenGL mean this canvas, and let all that goes wrong with it be a NoOpenGLError."""
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
        for samples in (_SMOOTHING_SAMPLES, 0):
            wanted = QOpenGLFramebufferObjectFormat()
            wanted.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)  # for 24 bits of depth
            wanted.setSamples(samples)
            made = QOpenGLFramebufferObject(size, wanted)
            if made.isValid():
                return made
        raise NoOpenGLError("no framebuffer can be made")
