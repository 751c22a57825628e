"""A clinic's folder of drawn chest films, no two alike, in which nothing but the folder tells the class."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = ("NORMAL", "PNEUMONIA")


def draw_chest(seed: int, *, width: int = 280, height: int = 300) -> Image.Image:
    """Two dark lungs of random shape beside a bright middle, above a bright belly, with structures of all sizes."""
    rng = np.random.default_rng(seed)
    y, x = np.meshgrid(np.linspace(0, 1, 300), np.linspace(-0.5, 0.5, 280), indexing="ij")
    film = 130.0 + 70 * np.clip(y - 0.7, 0, 1) - 60 * (y < 0.15) * (np.abs(x) > 0.2)
    for side in (-1, 1):
        across = (x - side * rng.uniform(0.2, 0.25)) / rng.uniform(0.12, 0.16)
        down = (y - rng.uniform(0.42, 0.48)) / rng.uniform(0.28, 0.34)
        film -= 75 / (1 + np.exp(12 * (across**2 + down**2 - 1)))
    for cells in (6, 12, 24, 48, 96):
        noise = Image.fromarray(rng.normal(0, 1, (cells, cells)).astype(np.float32))
        film += 9 * np.asarray(noise.resize((280, 300), Image.Resampling.BICUBIC))
    drawn = Image.fromarray(np.clip(film, 0, 255).astype(np.uint8))
    return drawn if (width, height) == drawn.size else drawn.resize((width, height), Image.Resampling.BICUBIC)


def clinic(root: Path, each: int, seed: int = 0, classes: tuple[str, ...] = CLASSES) -> Path:
    """`each` films a class; size, shape and file type are drawn alike for every class."""
    rng = np.random.default_rng(seed)
    for number, label in enumerate(classes):
        (root / label).mkdir(parents=True)
        for film in range(each):
            width = int(rng.choice([256, 300, 384]))
            drawn = draw_chest(
                100_000 * seed + 1000 * number + film,
                width=width,
                height=int(width * rng.uniform(0.95, 1.2)),
            )
            if rng.random() < 0.5:
                drawn.save(root / label / f"{label[0]}{film:03}.png")
            else:
                drawn.save(root / label / f"{label[0]}{film:03}.jpg", quality=92)
    return root
