"""A chest phantom drawn by code: a film to try the program with that is nobody's.

Thickness of bone, soft tissue and air is summed up along the beam, as in a real film, and then
attenuated (Beer-Lambert); the logarithm of what is left is what a digital detector shows.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Grid = NDArray[np.float64]

LABEL = "SYNTHETIC PHANTOM"
_WHITE = 4095  # 12 bits


def draw_phantom(height: int = 1024, width: int = 1024, seed: int = 7) -> NDArray[np.uint16]:
    """A frontal chest film (H, W) in 12 bits, white is 4095, with LABEL burnt in. The same for each seed."""
    y, x = np.meshgrid(np.linspace(0.0, 1.0, height), np.linspace(-0.5, 0.5, width), indexing="ij")
    rng = np.random.default_rng(seed)
    body = _body(x, y)
    lungs = _lungs(x, y)
    tissue = body * (1.0 - 0.7 * lungs) + 0.34 * _heart(x, y) + 0.22 * _mediastinum(x, y)
    tissue += (
        0.42 * _below_diaphragm(x, y) * body + 0.17 * _vessels(x, y, rng) * lungs - 0.14 * _trachea(x, y)
    )
    bone = _ribs(x, y) + _spine(x, y) + _clavicles(x, y) + _scapulae(x, y)
    density = 0.62 * tissue + 0.15 * bone * np.clip(body * 3.0, 0.0, 1.0)
    density += 0.0009 * rng.standard_normal(density.shape)
    shown = 1.0 - np.exp(-1.6 * np.clip(density, 0.0, None))
    film = np.clip(shown * 1.14 + 0.02, 0.0, 1.0) * _WHITE
    return np.asarray(np.rint(_labelled(film)), dtype=np.uint16)


def _soft(signed_distance: Grid, blur: float) -> Grid:
    """1 inside (distance below 0), 0 outside, a smooth edge of width `blur` between."""
    return np.asarray(0.5 * (1.0 - np.tanh(signed_distance / blur)))


def _ellipse(
    x: Grid, y: Grid, center: tuple[float, float], radii: tuple[float, float], tilt: float = 0.0
) -> Grid:
    """Below 0 inside, roughly the distance to the edge."""
    dx, dy = x - center[0], y - center[1]
    c, s = np.cos(tilt), np.sin(tilt)
    u, v = (c * dx + s * dy) / radii[0], (c * dy - s * dx) / radii[1]
    return np.asarray((np.hypot(u, v) - 1.0) * min(radii))


def _body(x: Grid, y: Grid) -> Grid:
    """Trunk, shoulders and neck; thinner towards the skin."""
    half_width = 0.415 + 0.03 * np.cos(4.2 * (y - 0.55)) - 0.02 * y
    trunk = np.sqrt(np.clip(1.0 - (x / half_width) ** 2, 0.0, None)) * _soft(0.2 - 0.05 - y, 0.05)
    shoulder_line = 0.115 + 0.42 * np.clip(np.abs(x) - 0.09, 0.0, None) ** 1.45
    shoulders = _soft(shoulder_line - y, 0.012) * np.clip(0.55 + 0.3 * _soft(np.abs(x) - 0.3, 0.2), 0, 1)
    shoulders *= 1.0 - _soft(0.36 - y, 0.08) * _soft(half_width - np.abs(x), 0.02)
    neck = np.sqrt(np.clip(1.0 - (x / 0.115) ** 2, 0.0, None)) * 0.8
    return np.asarray(np.maximum.reduce([trunk * _soft(shoulder_line - y, 0.012), 0.8 * shoulders, neck]))


def _lungs(x: Grid, y: Grid) -> Grid:
    """Right lung at the left of the film; each bounded by apex, ribcage, mediastinum and diaphragm."""
    return np.maximum(_lung(x, y, -1.0), _lung(x, y, 1.0))


def _lung(x: Grid, y: Grid, side: float) -> Grid:
    inner = 0.052 - side * x
    wall = _soft(side * x - _cage(y), 0.012) * _soft(0.135 - y, 0.02)
    return wall * _soft(inner, 0.014) * _soft(y - _dome(x, side), 0.007)


def _cage(y: Grid) -> Grid:
    """Half the inner width of the ribcage: narrow at the apex, widest above the diaphragm."""
    down = np.clip((y - 0.115) / 0.5, 0.0, 1.0)
    return np.asarray(0.07 + 0.255 * np.sin(0.5 * np.pi * down) ** 0.62 + 0.01 * y)


def _dome(x: Grid, side: float) -> Grid:
    """Height of the diaphragm: the right dome stands higher."""
    top = 0.725 if side < 0 else 0.75
    from_crest = np.maximum(side * x, 0.03) - 0.14
    return np.asarray(top + np.where(from_crest > 0.0, 3.3, 1.5) * from_crest**2)


def _below_diaphragm(x: Grid, y: Grid) -> Grid:
    right, left = _soft(_dome(x, -1.0) - y, 0.008), _soft(_dome(x, 1.0) - y, 0.008)
    bubble = _soft(_ellipse(x, y, (0.15, 0.835), (0.065, 0.035)), 0.012)  # air in the stomach
    which = _soft(x, 0.02)
    return np.asarray((which * right + (1.0 - which) * left) * (1.0 - 0.45 * bubble))


def _heart(x: Grid, y: Grid) -> Grid:
    ventricles = _soft(_ellipse(x, y, (0.055, 0.635), (0.15, 0.115), 0.55), 0.012)
    atrium = _soft(_ellipse(x, y, (-0.035, 0.62), (0.062, 0.1)), 0.012)
    return np.maximum(ventricles, atrium)


def _mediastinum(x: Grid, y: Grid) -> Grid:
    trunk = _soft(np.abs(x + 0.004) - 0.052 - 0.012 * np.sin(9.0 * y), 0.012) * _soft(0.18 - y, 0.04)
    aortic_knob = 0.9 * _soft(_ellipse(x, y, (0.05, 0.385), (0.036, 0.042)), 0.01)
    hila = 0.45 * np.maximum(
        _soft(_ellipse(x, y, (-0.082, 0.49), (0.026, 0.06), 0.2), 0.02),
        _soft(_ellipse(x, y, (0.084, 0.465), (0.026, 0.055), -0.2), 0.02),
    )
    return np.asarray(np.maximum.reduce([trunk, aortic_knob, hila]))


def _trachea(x: Grid, y: Grid) -> Grid:
    return _soft(np.abs(x + 0.006) - 0.017, 0.006) * _soft(y - 0.41, 0.02)


def _vessels(x: Grid, y: Grid, rng: np.random.Generator) -> Grid:
    """Branches that leave each hilum and taper outwards."""
    total = np.zeros_like(x)
    for side, hilum_y in ((-1.0, 0.49), (1.0, 0.465)):
        for angle in np.linspace(-1.25, 1.3, 9) + rng.normal(0.0, 0.06, 9):
            along = (x - side * 0.07) * side * np.cos(angle) + (y - hilum_y) * np.sin(angle)
            bend = rng.uniform(-1.2, 1.2) * along**2
            across = -(x - side * 0.07) * side * np.sin(angle) + (y - hilum_y) * np.cos(angle) - bend
            thickness = np.clip(0.012 * (1.0 - along / 0.27), 0.003, None)
            total += np.exp(-0.5 * (across / thickness) ** 2) * _soft(np.abs(along - 0.1) - 0.1, 0.05)
    return np.minimum(total, 1.6)


def _ribs(x: Grid, y: Grid) -> Grid:
    """Posterior ribs slope down to the side, anterior ones down to the middle and fade."""
    total = np.zeros_like(x)
    across = np.abs(x)
    for i in range(9):
        top = 0.165 + 0.067 * i
        reach = _cage(y) + 0.012
        line = top - 0.05 + 0.5 * np.clip(across - 0.03, 0.0, None) ** 1.25 + 1.6 * across**3
        total += 0.55 * _rib(y - line, 0.0135) * _soft(across - reach, 0.012) * _soft(0.035 - across, 0.01)
        front = top + 0.235 - 0.62 * (across - 0.06) + 0.25 * across**2
        fade = np.clip((across - 0.1) / 0.2, 0.0, 1.0)
        total += 0.34 * _rib(y - front, 0.016) * _soft(across - reach, 0.012) * fade * (i < 7)
    return total


def _rib(distance: Grid, half: float) -> Grid:
    """A tube: its cortex, seen edge on, is denser than its marrow."""
    inside = _soft(np.abs(distance) - half, 0.004)
    cortex = np.exp(-0.5 * ((np.abs(distance) - half * 0.85) / 0.0035) ** 2)
    return np.asarray(0.55 * inside + 0.4 * cortex)


def _spine(x: Grid, y: Grid) -> Grid:
    column = _soft(np.abs(x) - 0.038, 0.007)
    discs = 0.5 + 0.5 * np.cos(2.0 * np.pi * y / 0.062)
    pedicles = np.exp(-0.5 * (((np.abs(x) - 0.025) / 0.007) ** 2 + ((discs - 1.0) / 0.35) ** 2))
    return np.asarray(column * (0.62 - 0.2 * discs**6) + 0.14 * pedicles)


def _clavicles(x: Grid, y: Grid) -> Grid:
    across = np.abs(x)
    line = 0.225 - 0.16 * (across - 0.05) + 0.018 * np.sin(15.0 * (across - 0.05))
    return 0.8 * _rib(y - line, 0.0145) * _soft(across - 0.34, 0.01) * _soft(0.04 - across, 0.008)


def _scapulae(x: Grid, y: Grid) -> Grid:
    across = np.abs(x)
    blade = _soft(_ellipse(across, y, (0.375, 0.335), (0.05, 0.15), 0.22), 0.012)
    head = _soft(_ellipse(across, y, (0.425, 0.235), (0.05, 0.045)), 0.01)
    return 0.28 * blade + 0.55 * head


def _labelled(film: Grid) -> Grid:
    """LABEL burnt in at the top left, the side marker at the right, as on a film."""
    image = Image.fromarray(np.ascontiguousarray(film, dtype=np.float32))
    draw = ImageDraw.Draw(image)
    side = min(film.shape)
    small = ImageFont.load_default(size=max(8.0, side / 52))
    large = ImageFont.load_default(size=max(10.0, side / 26))
    draw.text((side * 0.025, side * 0.03), LABEL, fill=0.85 * _WHITE, font=small)
    draw.text((film.shape[1] * 0.93, side * 0.03), "L", fill=0.95 * _WHITE, font=large)
    return np.clip(np.asarray(image, dtype=np.float64), 0.0, _WHITE)


def write_phantom(path: Path, *, side: int = 1024) -> None:
    """Write the phantom as a DX film, JPEG 2000 lossless, of a patient who plainly is none."""
    from xraydesk.film.phantom_dicom import phantom_data_set  # noqa: PLC0415 - pydicom takes 0.4 s

    phantom_data_set(draw_phantom(side, side)).save_as(path, enforce_file_format=True)
