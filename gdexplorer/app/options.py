"""What the command line asks of the window."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class WindowOptions:
    """How to open the window; None leaves the choice to the window.

    Attributes:
        source: Bundled name or path of the data set.
        screenshot: Path of a picture to take, after which the window closes.
        after: Seconds until it is taken.
        size: Width and height of the window in pixels.
        theme: ``light`` or ``dark``.
        weights: The weight count K to begin with.
        has_opengl: Whether the surface in 3D may be tried.
        began_s: When the program began, by time.perf_counter.
    """

    source: str | None = None
    screenshot: str | None = None
    after: float = 3.0
    size: tuple[int, int] | None = None
    theme: str | None = None
    weights: int | None = None
    has_opengl: bool = True
    began_s: float = field(default_factory=time.perf_counter, compare=False)
