"""The viewer: one film, its window, its heatmap, and the mouse over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from xraydesk.film.film import Film, Photometric, Voi
from xraydesk.film.voi import default_voi
from xraydesk.model.heatmap import Heatmap
from xraydesk.presentation import windowing, wording
from xraydesk.presentation.orientation import Orientation, edge_letters
from xraydesk.presentation.render import Pyramid
from xraydesk.ui.viewer import captions, mouse_tools
from xraydesk.ui.viewer.annotations import SURROUND, AnnotationPainter, Annotations, paint_empty, paint_focus
from xraydesk.ui.viewer.captions import PointerValue
from xraydesk.ui.viewer.film_layer import FilmLayer
from xraydesk.ui.viewer.geometry import ViewGeometry
from xraydesk.ui.viewer.heat_layer import HeatLayer
from xraydesk.ui.viewer.mouse_tools import Drag, Tool
from xraydesk.ui.viewer.pyramid_builder import PyramidBuilder
from xraydesk.workflows.verbs import OpenedFilm

_PAGE_LONGEST_SIDE = 2400
_KEY_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class FilmView(QWidget):
    """Shows a film as in a reading room. Nothing it does changes a prediction.

    `window_changed` carries the Voi now shown, `zoom_changed` the device pixels per film pixel,
    `pointer_moved` a PointerValue, or None beside the film.
    """

    window_changed = Signal(object)
    zoom_changed = Signal(float)
    pointer_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._film: Film | None = None
        self._film_layer: FilmLayer | None = None
        self._heat_layer: HeatLayer | None = None
        self._geometry: ViewGeometry | None = None
        self._pyramid = Pyramid(())
        self._builder = PyramidBuilder(self)
        self._builder.built.connect(self._take_pyramid)
        self._range = windowing.ValueRange(0.0, 1.0)
        self._voi: Voi | None = None
        self._inverted = False
        self._heatmap_visible = True
        self._heatmap_opacity = 0.5
        self._crop_frame_visible = False
        self._identity_hidden = False
        self._tool = Tool.WINDOW
        self._drag: Drag | None = None
        self._focus_seen = False
        self._pointer: PointerValue | None = None
        self._empty_words = wording.EMPTY_VIEWER
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Film")
        self.setAccessibleDescription(wording.EMPTY_VIEWER[0])

    # -- the film ---------------------------------------------------------------------------------

    def show_film(self, opened: OpenedFilm) -> None:
        """Shows a film under its own window, fitted; the heatmaps of the film before it go."""
        film = opened.film
        self._pyramid = self._builder.start(film.pixels)
        coarse = self._pyramid.levels[-1]
        self._film = film
        self._range = windowing.value_range(film, coarse)
        self._voi = default_voi(film)
        self._inverted = False
        self._film_layer = FilmLayer(film, self._pyramid, self._voi)
        self._heat_layer = None
        self._drag = None
        self._geometry = self._new_geometry(film)
        self._set_pointer(None)
        self.setAccessibleDescription(
            f"{wording.film_name(film.path)}, {', '.join(wording.film_lines(film))}"
        )
        self._announce()

    def clear(self) -> None:
        """No film any more."""
        self._film = self._film_layer = self._heat_layer = self._geometry = self._voi = self._drag = None
        self._set_pointer(None)
        self.setAccessibleDescription(self._empty_words[0])
        self.update()

    def film(self) -> Film | None:
        return self._film

    def set_empty_words(self, headline: str, hint: str) -> None:
        """What stands where no film is."""
        self._empty_words = (headline, hint)
        self.update()

    # -- heatmaps ---------------------------------------------------------------------------------

    def show_heatmaps(self, heatmaps: tuple[Heatmap, ...], selected: int) -> None:
        """Lays heatmaps of the film shown over it, `selected` in sight; nothing else moves."""
        if self._film is None or not heatmaps:
            self.clear_heatmaps()
            return
        self._heat_layer = HeatLayer(heatmaps, 0, (self._film.width, self._film.height))
        self.select_heatmap(selected)

    def clear_heatmaps(self) -> None:
        self._heat_layer = None
        self.update()

    def select_heatmap(self, index: int) -> None:
        if self._heat_layer is not None:
            self._heat_layer.select(index)
            self.update()

    def shown_heatmap_class(self) -> str:
        """The class of the heatmap in sight; empty without one."""
        layer = self._heat_layer if self._heatmap_visible else None
        return "" if layer is None else layer.heatmap.class_name

    def set_heatmap_visible(self, visible: bool) -> None:
        self._heatmap_visible = visible
        self.update()

    def set_heatmap_opacity(self, opacity: float) -> None:
        """0 film only, 1 colours at their fullest."""
        self._heatmap_opacity = min(max(opacity, 0.0), 1.0)
        self.update()

    # -- window -----------------------------------------------------------------------------------

    def presets(self) -> tuple[tuple[str, Voi], ...]:
        """Windows to choose from, by name: the file's own, the whole range, and parts of it."""
        return () if self._film is None else windowing.presets(self._film, self._pyramid.levels[-1])

    def current_window(self) -> Voi | None:
        return self._voi

    def set_window(self, voi: Voi | None) -> None:
        """Shows the film under a window or LUT; None: its own."""
        if self._film is None:
            return
        self._voi = default_voi(self._film) if voi is None else voi
        self._apply_window()
        self.window_changed.emit(self._voi)

    def change_window(self, right: float, up: float) -> None:
        """As a drag over so many pixels does: right widens, up brightens."""
        if self._film is None or self._voi is None:
            return
        lower_is_brighter = (self._film.photometric is Photometric.MONOCHROME2) != self._inverted
        self.set_window(
            windowing.dragged(self._voi, self._range, right, up, brighter_is_lower=lower_is_brighter)
        )

    def is_inverted(self) -> bool:
        return self._inverted

    def set_inverted(self, inverted: bool) -> None:
        self._inverted = inverted
        self._apply_window()

    # -- where the film lies ----------------------------------------------------------------------

    def rotate(self, quarter_turns: int) -> None:
        """Clockwise as seen."""
        self._orient(lambda orientation: orientation.rotated(quarter_turns))

    def flip_horizontal(self) -> None:
        self._orient(Orientation.flipped_horizontally)

    def flip_vertical(self) -> None:
        self._orient(Orientation.flipped_vertically)

    def fit(self) -> None:
        if self._geometry is not None:
            self._set_geometry(self._geometry.fit())

    def one_to_one(self) -> None:
        """One film pixel on one pixel of the screen."""
        if self._geometry is not None:
            self._set_geometry(self._geometry.at_zoom(1.0 / self.devicePixelRatioF()))

    def pan_by(self, right: float, down: float) -> None:
        if self._geometry is not None:
            self._set_geometry(self._geometry.panned(right, down))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zooms about a point of the widget, its middle when None."""
        if self._geometry is None:
            return
        x, y = (None, None) if at is None else (at.x(), at.y())
        self._set_geometry(self._geometry.zoomed(factor, x, y))

    def zoom(self) -> float:
        """Device pixels per film pixel; 0 without a film."""
        return 0.0 if self._geometry is None else self._geometry.zoom * self.devicePixelRatioF()

    def reset_view(self) -> None:
        """As the film was when it was opened: own window, not inverted, upright, fitted."""
        if self._geometry is None:
            return
        self._geometry = self._geometry.oriented(Orientation())
        self.fit()
        self._inverted = False
        self.set_window(None)

    # -- what is drawn ----------------------------------------------------------------------------

    def tool(self) -> Tool:
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        self._tool = tool
        self.setCursor(mouse_tools.cursor_of(tool))

    def set_crop_frame_visible(self, visible: bool) -> None:
        """Frames the part of the film the network saw (known from its heatmaps)."""
        self._crop_frame_visible = visible
        self.update()

    def set_identity_hidden(self, hidden: bool) -> None:
        self._identity_hidden = hidden
        self.update()

    def render_page(self) -> QImage:
        """The whole film as oriented and windowed, its heatmap as shown, no words; null without a film."""
        if self._film_layer is None or self._geometry is None:
            return QImage()
        image = self._film_layer.rendered(self._geometry.orientation, _PAGE_LONGEST_SIDE)
        if self._heat_layer is not None and self._heatmap_visible:
            whole = self._geometry.filling(image.width(), image.height())
            painter = QPainter(image)
            self._heat_layer.paint(painter, whole, self._heatmap_opacity)
            painter.end()
        return image

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(720, 720)

    # -- Qt's events ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(event.rect(), SURROUND)
        if self._film_layer is None or self._geometry is None:
            self._paint_empty(painter)
        else:
            self._film_layer.paint(painter, self._geometry, self.devicePixelRatioF())
            if self._heat_layer is not None and self._heatmap_visible:
                self._heat_layer.paint(painter, self._geometry, self._heatmap_opacity)
            words = AnnotationPainter(self.font())
            words.paint(painter, self.width(), self.height(), self._annotations())
        if self._focus_seen:
            paint_focus(painter, self.rect().toRectF(), self.palette().highlight().color())
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Framed when reached by key, as a mouse needs no telling."""
        super().focusInEvent(event)
        self._focus_seen = event.reason() in _KEY_REASONS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self._focus_seen = False
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if self._geometry is not None:
            self._set_geometry(self._geometry.resized(max(self.width(), 1), max(self.height(), 1)))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if self._geometry is None:
            event.ignore()
            return
        self.zoom_by(mouse_tools.wheel_factor(event.angleDelta().y()), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        tool = mouse_tools.tool_of(event.button(), self._tool)
        if self._geometry is None or tool is None:
            event.ignore()
            return
        self._drag = Drag(tool, event.button(), event.position(), event.position())
        self.setCursor(mouse_tools.cursor_of(tool, dragging=True))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag is not None:
            moved = event.position() - self._drag.last
            self._drag = replace(self._drag, last=event.position())
            self._dragged(self._drag, moved)
        self._point_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag is not None and event.button() == self._drag.button:
            self._drag = None
            self.setCursor(mouse_tools.cursor_of(self._tool))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.fit()
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self._set_pointer(None)

    # -- within -----------------------------------------------------------------------------------

    def _take_pyramid(self, pyramid: Pyramid) -> None:
        self._pyramid = pyramid
        if self._film_layer is not None:
            self._film_layer.set_pyramid(pyramid)
        self.update()

    def _new_geometry(self, film: Film) -> ViewGeometry:
        view = (max(self.width(), 1), max(self.height(), 1))
        aspect = film.header.pixel_aspect
        return ViewGeometry(film.width, film.height, *view, pixel_aspect=aspect).fit()

    def _set_geometry(self, geometry: ViewGeometry) -> None:
        self._geometry = geometry
        self.zoom_changed.emit(self.zoom())
        self.update()

    def _announce(self) -> None:
        self.window_changed.emit(self._voi)
        self.zoom_changed.emit(self.zoom())
        self.update()

    def _orient(self, change: Callable[[Orientation], Orientation]) -> None:
        if self._geometry is not None:
            self._set_geometry(self._geometry.oriented(change(self._geometry.orientation)))

    def _apply_window(self) -> None:
        if self._film_layer is not None and self._voi is not None:
            self._film_layer.set_window(self._voi, inverted=self._inverted)
        self.update()

    def _dragged(self, drag: Drag, moved: QPointF) -> None:
        if self._geometry is None:
            return
        match drag.tool:
            case Tool.PAN:
                self.pan_by(moved.x(), moved.y())
            case Tool.ZOOM:
                self.zoom_by(mouse_tools.zoom_drag_factor(-moved.y()), drag.start)
            case Tool.WINDOW:
                self.change_window(moved.x(), -moved.y())

    def _point_at(self, where: QPointF) -> None:
        if self._film is None or self._geometry is None:
            return
        film_x, film_y = self._geometry.to_film(where.x(), where.y())
        x, y = int(film_x // 1), int(film_y // 1)
        value = windowing.value_at(self._film, x, y)
        self._set_pointer(None if value is None else PointerValue(x, y, value))

    def _set_pointer(self, pointer: PointerValue | None) -> None:
        if pointer != self._pointer:
            self._pointer = pointer
            self.pointer_moved.emit(pointer)
            self.update()

    def _paint_empty(self, painter: QPainter) -> None:
        paint_empty(painter, self.rect().toRectF(), self.font(), *self._empty_words)

    def _annotations(self) -> Annotations:
        film, geometry = self._film, self._geometry
        if film is None or geometry is None or self._voi is None:
            return Annotations()
        heat, heat_class = self._heat_layer, self.shown_heatmap_class()
        return Annotations(
            top_left=captions.identity_lines(film, hidden=self._identity_hidden),
            top_right=wording.film_lines(film),
            bottom_left=captions.value_lines(self._voi, self.zoom(), self._pointer, inverted=self._inverted),
            edges=edge_letters(film.header.patient_orientation, geometry.orientation),
            legend=wording.legend_words(heat_class) if heat_class else "",
            scale_bar=captions.scale_bar(film, geometry),
            frame=captions.crop_frame(geometry, heat.heatmap.crop)
            if heat and self._crop_frame_visible
            else None,
        )
