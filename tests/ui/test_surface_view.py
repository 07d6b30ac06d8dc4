"""The surface is true, reacts to mouse and keys, and is painted only when something changed."""

import gc
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QOpenGLContext, QSurface, QWheelEvent
from PySide6.QtOpenGL import QOpenGLFramebufferObject
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gdexplorer.ui.ground import Coordinate, Walk, make_ground
from gdexplorer.ui.opengl import opengl_problem
from gdexplorer.ui.surface_box import FLOOR, SIDE, TOP, Box, clipped, is_inside
from gdexplorer.ui.surface_camera import MARGINS, Camera
from gdexplorer.ui.surface_relief import Relief
from gdexplorer.ui.surface_shapes import MOST_GRID, contours, drawn_places, isoline_pieces, polyline, rgba, surface_mesh
from gdexplorer.ui.surface_view import SurfaceView
from gdexplorer.ui.theme import DARK, LIGHT

H = np.array([[2.0, 0.6], [0.6, 1.2]])
MINIMUM, LOWEST = np.array([0.4, -0.2]), 0.25


def loss(places):
    ways = places - MINIMUM
    return 0.5 * np.einsum("...i,ij,...j->...", ways, H, ways) + LOWEST


def bowl(columns=61, rows=41):
    a, b = np.linspace(-1.6, 2.4, columns), np.linspace(-2.2, 1.8, rows)
    return make_ground(a, b, loss(np.stack(np.meshgrid(a, b), axis=-1)), LOWEST)


def descent(count=12, rate=0.3):
    path = [np.array([-1.2, -1.7])]
    for _ in range(count):
        path.append(path[-1] - rate * H @ (path[-1] - MINIMUM))
    places = np.array(path[:-1])
    slope = H @ (places[-1] - MINIMUM)
    cut = np.column_stack([np.linspace(-1.6, 2.4, 50), np.full(50, 1.0)])
    return Walk(
        places,
        loss(places),
        slope,
        -slope,
        landing=(path[-1], float(loss(path[-1]))),
        minimum=(MINIMUM, LOWEST),
        cut=(cut, loss(cut)),
    )


# --- where things stand; no screen needed


def test_everything_at_one_place_is_mapped_to_one_point():
    a, b = np.linspace(-1.0, 1.0, 5), np.linspace(0.0, 4.0, 5)
    losses = (np.meshgrid(a, b)[0] - 0.5) ** 2 + (np.meshgrid(a, b)[1] - 1.0) ** 2
    ground = make_ground(a, b, losses)
    ground = replace(ground, isolines=make_ground(a, b, losses).isolines[:0])
    box = Box.around(ground)
    place = np.array([0.5, 1.0])
    vertex = surface_mesh(box, ground).points.reshape(5, 5, 3)[1, 3]
    minimum = box.place(place, 0.0)
    path = box.place(np.stack([place, place]), np.zeros(2))[0]
    line = box.place(np.array([[0.5, 1.0], [1.0, 1.0]]), 0.0)[0]
    np.testing.assert_allclose([vertex, path, line], [minimum] * 3, atol=1e-12)
    np.testing.assert_allclose(minimum, [0.5, -0.5, 0.0], atol=1e-12)


def test_an_isoline_lies_on_the_surface_at_its_loss():
    ground = bowl()
    box = Box.around(ground)
    relief = Relief(box, ground)
    for line in ground.isolines:
        for piece in isoline_pieces(box, line):
            height = (line.loss - ground.low) / (ground.high - ground.low) * TOP
            np.testing.assert_allclose(piece[:, 2], height)
            inner = piece * [1 - 1e-9, 1 - 1e-9, 1]  # the border itself may fall beside the surface by rounding
            np.testing.assert_allclose(relief.heights(inner[:, 0], inner[:, 1]), height, atol=2e-3)


def test_the_box_returns_the_numbers_it_was_given():
    box = Box.around(bowl())
    np.testing.assert_allclose(box.numbers(box.place(np.array([0.3, -1.1]), 2.0)), [0.3, -1.1])


def test_colours_are_those_of_the_contour():
    ground = bowl()
    mesh = surface_mesh(Box.around(ground), ground)
    np.testing.assert_allclose(mesh.colours, ground.colours(ground.losses).reshape(-1, 4) / 255, atol=1e-6)


def test_a_fine_grid_is_drawn_by_its_own_points():
    ground = bowl(241, 161)
    box = Box.around(ground)
    points = surface_mesh(box, ground).points
    assert len(points) <= MOST_GRID**2
    numbers = np.array([box.numbers(point) for point in points[::97]])
    np.testing.assert_allclose(points[::97, 2], box.place(numbers, loss(numbers))[:, 2], atol=1e-9)


def test_what_is_above_the_highest_colour_is_cut_off():
    ground = replace(bowl(), high=3.0)
    mesh = surface_mesh(Box.around(ground), ground)
    assert mesh.points[mesh.faces][..., 2].max() == pytest.approx(TOP)
    assert len(mesh.faces) < len(surface_mesh(Box.around(bowl()), bowl()).faces)
    assert mesh.rim[:, 2].max(initial=0.0) <= TOP + 1e-9


@pytest.mark.parametrize("nonsense", [np.nan, np.inf, 1e308])
def test_nonsense_makes_holes_and_no_nonsense(nonsense):
    ground = bowl()
    losses = ground.losses.copy()
    losses[:10, :10] = nonsense
    ground = make_ground(ground.a, ground.b, losses)
    box = Box.around(ground)
    mesh = surface_mesh(box, ground)
    assert np.isfinite(mesh.points).all()
    assert mesh.faces.size
    assert np.isfinite(contours(box, ground, rgba("#fff")).points).all()


def test_lines_end_at_the_faces_of_the_box():
    starts = np.array([[0.0, 0.0, 0.5], [0.0, 0.0, 0.5], [-3.0, 5.0, 0.5], [0.0, 0.0, np.nan], [0.0, 0.0, 0.0]])
    ends = np.array([[2.0, 0.0, 0.5], [0.0, 0.0, 1e300], [3.0, 5.0, 0.5], [0.0, 0.0, 0.5], [0.5, 0.5, 0.5]])
    parts, which = clipped(starts, ends)
    assert which.tolist() == [0, 1, 4]
    np.testing.assert_allclose(parts[0], [[0, 0, 0.5], [SIDE, 0, 0.5]])
    np.testing.assert_allclose(parts[1], [[0, 0, 0.5], [0, 0, TOP]])
    np.testing.assert_allclose(parts[2], [starts[4], ends[4]])
    assert polyline(np.empty((0, 3)), rgba("#fff")).points.shape == (0, 3)


def test_the_arrow_downhill_lies_along_the_surface():
    box = Box.around(bowl())
    place, slope = np.array([-1.0, 1.0]), H @ (np.array([-1.0, 1.0]) - MINIMUM)
    hair = 1e-6
    there = box.place(place - hair * slope, float(loss(place - hair * slope)))
    way = there - box.place(place, float(loss(place)))
    np.testing.assert_allclose(box.along_surface(-slope, slope), way / np.linalg.norm(way), atol=1e-4)
    for flat in ([0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]):
        assert not box.along_surface(np.array(flat), slope).any()
    assert np.linalg.norm(box.along_surface(np.array([1e308, 1e308]), slope)) == pytest.approx(1.0)


def test_long_paths_keep_their_ends():
    assert drawn_places(3).tolist() == [0, 1, 2]
    chosen = drawn_places(100_000)
    assert len(chosen) == 5_000
    assert (chosen[0], chosen[-1]) == (0, 99_999)


@pytest.mark.parametrize("size", [(620, 420), (1000, 300), (240, 500)])
def test_the_box_fills_the_widget_from_any_side(size):
    corners = np.array([(x, y, z) for x in (-SIDE, SIDE) for y in (-SIDE, SIDE) for z in (FLOOR, TOP)])
    left, top, right, bottom = MARGINS
    used = []
    for turn in range(0, 360, 30):
        camera = Camera().turned(turn, 0)
        pixels = camera.project(corners, *size)
        assert (pixels >= [left - 1, top - 1]).all()
        assert (pixels <= [size[0] - right + 1, size[1] - bottom + 1]).all()
        used.append(np.ptp(pixels, axis=0) / [size[0] - left - right, size[1] - top - bottom])
    assert np.max(used) > 0.85


def test_zooming_keeps_the_place_under_the_mouse():
    camera, size = Camera(), (600, 400)
    point = np.array([[0.4, 0.2, 0.3]])
    at = camera.project(point, *size)[0]
    near = camera.zoomed(2.0, (at[0] / 300 - 1, 1 - at[1] / 200))
    np.testing.assert_allclose(near.project(point, *size)[0], at, atol=1e-6)
    assert camera.zoomed(1e9).zoom == camera.zoomed(1e12).zoom
    assert near.zoomed(0.1).offset == (0.0, 0.0)


def test_sight_and_projection_agree():
    camera = Camera(azimuth=20.0, elevation=50.0, zoom=1.7, offset=(0.1, -0.2))
    near, far = camera.sight(123.0, 77.0, 600, 400)
    np.testing.assert_allclose(camera.project(np.stack([near, far]), 600, 400), [[123.0, 77.0]] * 2, atol=1e-6)
    way = (far - near) / np.linalg.norm(far - near)
    to_eye = camera.position(600, 400) - near
    np.testing.assert_allclose(np.cross(way, to_eye / np.linalg.norm(to_eye)), 0.0, atol=1e-6)


def test_the_near_wall_hides_what_is_behind_it():
    ground = bowl()
    box = Box.around(ground)
    relief, bottom = Relief(box, ground), box.place(MINIMUM, LOWEST)
    assert not relief.hides(bottom[None], np.array([0.0, -3.0, 6.0]))[0]
    assert relief.hides(bottom[None], np.array([0.0, -8.0, 0.2]))[0]


# --- on a screen


@pytest.fixture
def host(qtbot):
    """A window for the view."""
    if opengl_problem():
        pytest.skip(opengl_problem())
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(620, 420)
    QVBoxLayout(window).setContentsMargins(0, 0, 0, 0)
    return window


def filled(view, theme=DARK):
    view.apply_theme(theme)
    view.show_coordinates(Coordinate("w₁ · size", 0), Coordinate("w₂ · bias", 1))
    view.show_ground(bowl())
    view.show_walk(descent())
    return view


@pytest.fixture
def view(host, qtbot):
    made = filled(SurfaceView(host))
    host.layout().addWidget(made)
    with qtbot.waitExposed(host):
        host.show()
    settle(qtbot)
    return made


@pytest.fixture
def drawn(view, monkeypatch):
    """How many pictures OpenGL has drawn since."""
    seen = []
    draw = view.scene.moving.draw
    monkeypatch.setattr(view.scene.moving, "draw", lambda: seen.append(1) or draw())
    return seen


def settle(qtbot):
    """Let everything be painted that is on its way, also what waits for the end of a rest."""

    def is_resting():
        QApplication.processEvents()
        windows = QApplication.topLevelWidgets()
        return any(view._rest.isActive() for window in windows for view in window.findChildren(SurfaceView))

    qtbot.waitUntil(lambda: not is_resting())
    QApplication.processEvents()


def colours(image):
    tidy = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(tidy.constBits(), np.uint8).reshape(tidy.height(), tidy.bytesPerLine())
    return rows[:, : tidy.width() * 4].reshape(-1, 4)[:, :3].astype(int)


def share_of(image, colour, far=14):
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return float((np.abs(colours(image) - wanted).max(axis=1) <= far).mean())


def loss_colour(value):
    red, green, blue, _ = bowl().colours(np.array([value]))[0]
    return f"#{red:02x}{green:02x}{blue:02x}"


def pressed(view, key):
    QTest.keyClick(view, key)
    return view.camera


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_picture_has_the_colours_of_surface_path_and_card(view, qtbot, theme):
    view.apply_theme(theme)
    settle(qtbot)
    image = view.grab_image()
    assert image.width() >= view.width()
    for value in (LOWEST + 0.3, LOWEST + 1.5):
        assert share_of(image, loss_colour(value)) > 1e-3
    assert share_of(image, DARK.loss) > 1e-4
    assert share_of(image, theme.card, 1) > 0.2
    assert share_of(image, DARK.weight(0)) > 2e-4


@pytest.mark.usefixtures("view")
def test_a_picture_of_the_whole_window_has_the_surface(host):
    assert share_of(host.grab().toImage(), loss_colour(LOWEST + 0.3)) > 1e-3


def test_a_click_on_the_minimum_chooses_it(view, qtbot):
    at = view.place_on_screen(*MINIMUM, LOWEST)
    view.window().activateWindow()
    qtbot.waitUntil(view.window().isActiveWindow)
    view.clearFocus()
    with qtbot.assertNotEmitted(view.startChosen):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert view.hasFocus(), "the first click only takes the focus"
    with qtbot.waitSignal(view.startChosen) as chosen:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    np.testing.assert_allclose(chosen.args, MINIMUM, atol=0.03)


def test_a_click_beside_the_surface_and_a_drag_choose_nothing(view, qtbot):
    before = view.camera
    with qtbot.assertNotEmitted(view.startChosen):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
        at = view.place_on_screen(*MINIMUM, LOWEST).toPoint()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseMove(view, at + QPoint(40, -12))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(40, -12))
    assert view.camera.azimuth != before.azimuth
    assert view.camera.elevation != before.elevation


def test_hovering_reads_the_surface(view, qtbot):
    at = view.place_on_screen(*MINIMUM, LOWEST).toPoint()
    read, gone = [], []
    view.hovered.connect(lambda *place: read.append(place))
    view.left.connect(lambda: gone.append(True))

    def move(place):
        for pixel in (place + QPoint(2, 2), place):  # a move to where the mouse already is would be none
            QTest.mouseMove(view, pixel)

    def is_read():
        move(at)
        return bool(read) and np.allclose(read[-1], MINIMUM, atol=0.03)

    def has_left():
        move(QPoint(4, 4))
        return bool(gone)

    qtbot.waitUntil(is_read)
    gone.clear()
    qtbot.waitUntil(has_left)


def test_the_wheel_zooms_and_a_limit_holds(view):
    at = QPointF(300, 200)
    for _ in range(60):
        event = QWheelEvent(
            at,
            view.mapToGlobal(at),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)
    assert 4 <= view.camera.zoom <= 10
    view.reset_camera()
    assert view.camera == Camera()


def test_keys_turn_zoom_and_reset(view):
    first = view.camera
    assert pressed(view, Qt.Key.Key_Right).azimuth != first.azimuth
    assert pressed(view, Qt.Key.Key_Left).azimuth == pytest.approx(first.azimuth % 360)
    assert pressed(view, Qt.Key.Key_Up).elevation > first.elevation
    assert pressed(view, Qt.Key.Key_Plus).zoom > first.zoom
    assert pressed(view, Qt.Key.Key_Minus).zoom == pytest.approx(first.zoom)
    assert pressed(view, Qt.Key.Key_0) == first
    for _ in range(40):
        pressed(view, Qt.Key.Key_Down)
    assert view.camera.elevation > 0


@pytest.mark.parametrize(
    ("key", "modifier", "is_kept"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, True),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, False),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, False),
        (Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier, False),
    ],
)
def test_only_its_own_keys_are_kept_from_shortcuts(view, key, modifier, is_kept):
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
    event.ignore()
    QApplication.sendEvent(view, event)
    assert event.isAccepted() is is_kept


def test_nothing_is_drawn_when_nothing_changed(view, drawn, qtbot):
    view.show_ground(bowl())
    view.show_walk(descent())
    view.apply_theme(DARK)
    view.show_coordinates(Coordinate("w₁ · size", 0), Coordinate("w₂ · bias", 1))
    view.set_dimmed(False)
    view.reset_camera()
    settle(qtbot)
    assert not drawn


def test_what_is_painted_flat_leaves_opengl_alone(view, drawn, qtbot):
    view.set_dimmed(True)
    view.show_coordinates(Coordinate("b"), Coordinate("a"))
    view.setFocus()
    view.repaint()
    settle(qtbot)
    assert not drawn


def test_many_changes_make_one_picture(view, drawn, qtbot):
    for count in range(3, 12):
        view.show_walk(descent(count))
    settle(qtbot)
    assert len(drawn) == 1


def test_a_run_that_moves_on_is_drawn_with_rests_and_its_last_state(view, drawn, qtbot):
    for count in range(3, 43):
        view.show_walk(descent(count, 0.02))
        QApplication.processEvents()
    assert len(drawn) < 20
    settle(qtbot)
    moved = view.grab_image()
    view.show_walk(descent(3, 0.02))
    view.grab_image()
    view.show_walk(descent(42, 0.02))
    assert np.array_equal(colours(view.grab_image()), colours(moved))


def test_turning_takes_no_rest(view, drawn):
    for _ in range(4):
        view.show_walk(descent(5, 0.1))
        view.set_camera(view.camera.turned(3.0, 0.0))
        view.repaint()
    assert len(drawn) == 4


def test_a_picture_for_a_file_is_of_the_last_state(view):
    view.show_walk(None)
    without = view.grab_image()
    view.show_walk(descent())
    assert share_of(view.grab_image(), DARK.weight(0)) > share_of(without, DARK.weight(0))


def test_the_focus_is_seen(view, qtbot):
    view.window().activateWindow()
    qtbot.waitUntil(view.window().isActiveWindow)
    view.clearFocus()
    assert view.grab_image().pixelColor(0, 9).name() == DARK.card
    view.setFocus()
    assert view.grab_image().pixelColor(0, 9).name() != DARK.card


def test_it_is_drawn_at_the_pixels_of_the_screen(view):
    picture = view.scene.picture(view.camera, 311, 200, 1.5)
    assert (picture.width(), picture.height()) == (467, 300)
    assert picture.deviceIndependentSize().toSize().width() == 311


def test_a_longer_walk_leaves_the_surface_alone(view, drawn, qtbot, monkeypatch):
    monkeypatch.setattr(view.scene, "show_mesh", lambda _mesh: pytest.fail("the mesh was made again"))
    monkeypatch.setattr(view.scene.still, "draw", lambda: pytest.fail("the surface was drawn again"))
    turns = np.linspace(0, 30, 2_000)
    path = MINIMUM + np.column_stack([np.cos(turns), np.sin(turns)]) * np.exp(-turns / 10)[:, None]
    view.show_walk(replace(descent(), path=path, heights=loss(path)))
    settle(qtbot)
    assert len(drawn) == 1


def test_a_hidden_view_draws_later(view, drawn, qtbot):
    before = view.grab_image()
    view.hide()
    settle(qtbot)
    drawn.clear()
    view.show_walk(None)
    settle(qtbot)
    assert not drawn
    view.show()
    settle(qtbot)
    assert share_of(view.grab_image(), DARK.weight(0)) < share_of(before, DARK.weight(0))


def test_an_outdated_picture_is_dimmed_and_not_blank(view, qtbot):
    bright = view.grab_image()
    view.set_dimmed(True)
    settle(qtbot)
    dim = view.grab_image()
    assert colours(dim).std() < colours(bright).std()
    assert len(np.unique(colours(dim), axis=0)) > 100
    view.set_dimmed(False)
    settle(qtbot)
    assert np.array_equal(colours(view.grab_image()), colours(bright))


def test_a_walk_is_taken_away(view, qtbot):
    view.show_walk(None)
    settle(qtbot)
    assert share_of(view.grab_image(), DARK.weight(0)) < 2e-4


@pytest.mark.parametrize("nonsense", [np.nan, np.inf, 1e308, -1e308])
def test_nonsense_is_drawn_without_a_crash(view, qtbot, nonsense):
    ground = bowl()
    losses = ground.losses.copy()
    losses[5:20, 5:20] = nonsense
    walk = descent()
    path, heights = walk.path.copy(), walk.heights.copy()
    path[3], heights[5] = nonsense, nonsense
    view.show_ground(make_ground(ground.a, ground.b, losses))
    view.show_walk(
        replace(walk, path=path, heights=heights, slope=np.array([nonsense, 1.0]), landing=(path[3], nonsense))
    )
    settle(qtbot)
    assert len(np.unique(colours(view.grab_image()), axis=0)) > 20
    nothing = make_ground(ground.a, ground.b, np.full_like(losses, nonsense))
    view.show_ground(nothing)
    view.show_walk(replace(walk, path=np.full((2, 2), nonsense), heights=np.full(2, nonsense)))
    settle(qtbot)
    assert view.coordinates_at(QPointF(300, 200)) is None or abs(nonsense) == 1e308


def test_a_run_beyond_the_picture_is_said(view, qtbot):
    walk = replace(descent(), slope=np.zeros(2), downhill=np.zeros(2), landing=None)
    view.show_walk(walk)
    settle(qtbot)
    assert share_of(view.grab_image(), DARK.gradient) == 0
    view.show_walk(replace(walk, path=walk.path + 100.0))
    settle(qtbot)
    assert share_of(view.grab_image(), DARK.gradient) > 0
    assert view.place_on_screen(100.0, 100.0, 1.0) is None


def test_opengl_that_fails_is_said_once_and_painting_ends(view, qtbot, monkeypatch):
    from OpenGL.error import GLError

    def fail():
        raise GLError(1282, "invalid operation")

    monkeypatch.setattr(view.scene.moving.items[0], "paint", fail)
    with qtbot.waitSignal(view.failed) as said:
        view.show_walk(descent(4))
    assert said.args[0].endswith("so the surface is shown as contours only.")
    with qtbot.assertNotEmitted(view.failed, wait=50):
        view.show_walk(descent(5))


def test_a_context_that_is_lost_is_said(view, qtbot, monkeypatch):
    monkeypatch.setattr(QOpenGLContext, "makeCurrent", lambda *_: False)
    with qtbot.waitSignal(view.failed) as said:
        view.reset_camera()
        view.set_camera(view.camera.turned(10.0, 0.0))
    assert said.args[0] == "OpenGL failed (its context was lost), so the surface is shown as contours only."
    with qtbot.assertNotEmitted(view.failed, wait=50):
        view.reset_camera()


def test_opengl_without_smooth_edges_draws_too(host, monkeypatch):
    class Rough(QOpenGLFramebufferObject):
        def isValid(self):
            return self.format().samples() == 0

    from gdexplorer.ui import surface_canvas

    monkeypatch.setattr(surface_canvas, "QOpenGLFramebufferObject", Rough)
    view = filled(SurfaceView(host))
    view.resize(400, 300)
    assert share_of(view.grab_image(), loss_colour(LOWEST + 0.3)) > 1e-3


def test_a_view_that_joins_a_shown_window_is_drawn(host, qtbot):
    with qtbot.waitExposed(host):
        host.show()
    late = filled(SurfaceView(host), LIGHT)
    host.layout().addWidget(late)
    settle(qtbot)
    assert share_of(late.grab_image(), loss_colour(LOWEST + 0.3)) > 1e-3


def test_a_window_with_it_is_not_put_together_by_opengl(view):
    assert not view.window().findChildren(QOpenGLWidget)
    assert view.window().windowHandle().surfaceType() == QSurface.SurfaceType.RasterSurface


def test_a_view_moves_to_another_window(view, qtbot):
    other = QWidget()
    qtbot.addWidget(other)
    other.resize(500, 400)
    view.setParent(other)
    view.resize(500, 400)
    with qtbot.waitExposed(other):
        other.show()
    view.show()
    settle(qtbot)
    assert share_of(other.grab().toImage(), loss_colour(LOWEST + 0.3)) > 1e-3


def test_what_opengl_holds_is_given_back_each_time(host, monkeypatch):
    from gdexplorer.ui.surface_scene import SurfaceScene

    given_back = []
    free = SurfaceScene._free_items
    monkeypatch.setattr(SurfaceScene, "_free_items", lambda scene: free(scene) or given_back.append(1))
    pictures = []
    for _ in range(20):
        view = filled(SurfaceView(host))
        view.resize(300, 200)
        pictures.append(colours(view.grab_image()))
        view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(given_back) == 20
    assert all(np.array_equal(picture, pictures[0]) for picture in pictures)
    assert not host.findChildren(QOpenGLContext)


def test_a_view_that_python_forgets_is_given_back(qtbot, host, monkeypatch):  # noqa: ARG001
    from gdexplorer.ui.surface_scene import SurfaceScene

    given_back = []
    monkeypatch.setattr(SurfaceScene, "_free_items", lambda _scene: given_back.append(1))
    view = filled(SurfaceView())
    view.grab_image()
    del view
    gc.collect()
    assert given_back == [1]


def test_all_points_of_the_walk_in_the_box_are_marked(view):
    assert all(is_inside(mark.places).all() for mark in view.figure.marks)
    assert [mark.kind for mark in view.figure.marks if mark.kind != "dot"] == [
        "start",
        "star",
        "slope",
        "step",
        "ghost",
        "ball",
    ]
