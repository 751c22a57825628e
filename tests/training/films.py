"""A labelled folder of small drawn films: one bright spot whose place tells the class, on clouds of their own."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image

SPOTS = {"COVID19": (60, 60), "NORMAL": (60, 164), "PNEUMONIA": (164, 112)}


def draw_film(label: str, seed: int, *, side: int = 224) -> Image.Image:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(40, 90, (side, side)).astype(np.float64)
    row, column = (place * side // 224 + int(rng.integers(-8, 9)) for place in SPOTS[label])
    clouds = Image.fromarray(rng.normal(0, 25, (20, 20)).astype(np.float32))
    pixels += np.asarray(clouds.resize((side, side), Image.Resampling.BICUBIC))
    pixels[row - 20 : row + 20, column - 20 : column + 20] += 130
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def labelled_folder(root: Path, each: int) -> Path:
    for number, label in enumerate(SPOTS):
        folder = root / label
        folder.mkdir(parents=True)
        for film in range(each):
            draw_film(label, 1000 * number + film).save(folder / f"{film:03d}.png")
    return root


def manifest(root: Path, *, films_a_patient: int = 2) -> Path:
    file = root / "manifest.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text)
        table.writerow(["file", "label", "patient", "source"])
        for number, path in enumerate(sorted(root.glob("*/*.png"))):
            source = ("hospital A", "hospital B")[number % 2]
            patient = f"{path.parent.name}-{int(path.stem) // films_a_patient}"
            table.writerow([path.relative_to(root), path.parent.name, patient, source])
    return file
