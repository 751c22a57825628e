"""Where each point of the film lies in the viewer, as plain numbers without Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from xraydesk.presentation.orientation import Orientation

_FIT_MARGIN = 8.0
_MOST_MAGNIFIED = 40.0  # screen units per film pixel
_LEAST_SIDE = 48.0  # a film is never drawn smaller than this many screen units …
_LEAST_ZOOM = 0.25  # … but for one that is small itself


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left and top inclusive, right and bottom exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def is_empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    def intersected(self, other: Box) -> Box:
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class ViewGeometry:
    """A film in a view. Film points are in film pixels, view points in (logical) screen units.

    `zoom`: screen units per film pixel across; `pixel_aspect`: height of a film pixel over its width;
    (`center_x`, `center_y`): the film point in the middle of the view. While `fitted`, zoom and
    centre follow the size of the view.
    """

    film_width: float
    film_height: float
    view_width: float
    view_height: float
    zoom: float = 1.0
    center_x: float = 0.0
    center_y: float = 0.0
    orientation: Orientation = field(default_factory=Orientation)
    pixel_aspect: float = 1.0
    fitted: bool = True

    def __post_init__(self) -> None:
        sizes = (self.film_width, self.film_height, self.view_width, self.view_height)
        if min(*sizes, self.zoom, self.pixel_aspect) <= 0:
            raise ValueError("film, view and zoom must have a size")

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """The view point where the film point (x, y) is drawn."""
        left, top = self._corner()
        placed_x, placed_y = self._placed(x, y)
        return left + placed_x * self.zoom, top + placed_y * self.zoom

    def to_film(self, x: float, y: float) -> tuple[float, float]:
        """The film point drawn at the view point (x, y), which may lie beside the film."""
        left, top = self._corner()
        film_x, film_y = self.orientation.unplace(
            (x - left) / self.zoom, (y - top) / self.zoom, self.film_width, self._drawn_height()
        )
        return film_x, film_y / self.pixel_aspect

    def film_box(self) -> Box:
        """The whole film in view points."""
        left, top = self._corner()
        width, height = self._drawn_size()
        return Box(left, top, left + width * self.zoom, top + height * self.zoom)

    def box_in_view(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A rectangle of the film in view points."""
        (ax, ay), (bx, by) = self.to_view(x0, y0), self.to_view(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def fit(self) -> ViewGeometry:
        """The whole film, as large as the view allows with a little room around it."""
        return self._centred(self._fitting_zoom(_FIT_MARGIN))

    def filling(self, view_width: float, view_height: float) -> ViewGeometry:
        """The whole film in another view, up to its edges."""
        resized = replace(self, view_width=view_width, view_height=view_height)
        return resized._centred(resized._fitting_zoom(0.0))

    def at_zoom(self, zoom: float, x: float | None = None, y: float | None = None) -> ViewGeometry:
        """Zoomed so that the film point under the view point (x, y), else the middle, stays where it is."""
        x = self.view_width / 2 if x is None else x
        y = self.view_height / 2 if y is None else y
        film_x, film_y = self.to_film(x, y)
        zoomed = replace(self, zoom=self._allowed(zoom), fitted=False)
        now_x, now_y = zoomed.to_view(film_x, film_y)
        return zoomed.panned(x - now_x, y - now_y)

    def zoomed(self, factor: float, x: float | None = None, y: float | None = None) -> ViewGeometry:
        return self.at_zoom(self.zoom * factor, x, y)

    def panned(self, right: float, down: float) -> ViewGeometry:
        """The film moved by so many screen units; its centre never leaves the film."""
        x, y = self.to_film(self.view_width / 2 - right, self.view_height / 2 - down)
        return replace(
            self,
            center_x=min(max(x, 0.0), self.film_width),
            center_y=min(max(y, 0.0), self.film_height),
            fitted=False,
        )

    def resized(self, view_width: float, view_height: float) -> ViewGeometry:
        resized = replace(self, view_width=view_width, view_height=view_height)
        return resized.fit() if self.fitted else resized

    def oriented(self, orientation: Orientation) -> ViewGeometry:
        turned = replace(self, orientation=orientation)
        return turned.fit() if self.fitted else turned

    def _placed(self, x: float, y: float) -> tuple[float, float]:
        return self.orientation.place(x, y * self.pixel_aspect, self.film_width, self._drawn_height())

    def _drawn_height(self) -> float:
        return self.film_height * self.pixel_aspect

    def _drawn_size(self) -> tuple[float, float]:
        """Width and height of the film as oriented, in widths of a film pixel."""
        return self.orientation.size(self.film_width, self._drawn_height())

    def _corner(self) -> tuple[float, float]:
        """The view point of the top left corner of the film as oriented."""
        center_x, center_y = self._placed(self.center_x, self.center_y)
        return self.view_width / 2 - center_x * self.zoom, self.view_height / 2 - center_y * self.zoom

    def _fitting_zoom(self, margin: float) -> float:
        width, height = self._drawn_size()
        room_x = max(self.view_width - 2 * margin, self.view_width / 2)
        room_y = max(self.view_height - 2 * margin, self.view_height / 2)
        return min(room_x / width, room_y / height)

    def _centred(self, zoom: float) -> ViewGeometry:
        middle_x, middle_y = self.film_width / 2, self.film_height / 2
        return replace(self, zoom=zoom, center_x=middle_x, center_y=middle_y, fitted=True)

    def _allowed(self, zoom: float) -> float:
        fitting = self._fitting_zoom(_FIT_MARGIN)
        least = min(fitting, _LEAST_ZOOM, _LEAST_SIDE / max(self._drawn_size()))
        return min(max(zoom, least), max(_MOST_MAGNIFIED, fitting))
