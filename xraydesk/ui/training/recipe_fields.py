"""Everything of a recipe that can be changed, in one table: what it is called, and what makes sense for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from xraydesk.model.architectures import ARCHITECTURES
from xraydesk.model.model_input import Contrast
from xraydesk.workflows.training_verbs import (
    Backbone,
    Optimizer,
    Precision,
    Schedule,
    TrainingConfig,
)


def number_words(value: float) -> str:
    """ "0.00001", never "1e-05"."""
    return f"{value:.10f}".rstrip("0").rstrip(".") or "0"


@dataclass(frozen=True, slots=True)
class NumberField:
    """A number that is typed; `whole` ones have no fraction. `shown_if` tells whether it means anything now."""

    name: str
    words: str
    least: float
    most: float
    tip: str = ""
    whole: bool = False
    shown_if: Callable[[TrainingConfig], bool] = lambda _config: True

    def value(self, text: str) -> float | int:
        """Raises ValueError, in words for the user."""
        try:
            number = float(text.replace(",", ".").strip())
        except ValueError:
            raise ValueError(f"{self.words}: a number, please.") from None
        if not math.isfinite(number) or (self.whole and number != int(number)):
            raise ValueError(
                f"{self.words}: a whole number, please." if self.whole else f"{self.words}: too large."
            )
        if not self.least <= number <= self.most:
            raise ValueError(f"{self.words}: {number_words(self.least)} to {number_words(self.most)}.")
        return int(number) if self.whole else number

    def text(self, config: TrainingConfig) -> str:
        value = getattr(config, self.name)
        return str(value) if self.whole else number_words(value)


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of a few; `options` are (value, words)."""

    name: str
    words: str
    options: tuple[tuple[str, str], ...]
    tip: str = ""
    shown_if: Callable[[TrainingConfig], bool] = lambda _config: True


@dataclass(frozen=True, slots=True)
class SwitchField:
    name: str
    words: str
    tip: str = ""
    shown_if: Callable[[TrainingConfig], bool] = lambda _config: True


Field = NumberField | ChoiceField | SwitchField


def _not_own(config: TrainingConfig) -> bool:
    return not _is_own(config)


def _is_own(config: TrainingConfig) -> bool:
    return config.architecture == "dlh_covid"


def _is_sgd(config: TrainingConfig) -> bool:
    return config.optimizer is Optimizer.SGD


def _is_plateau(config: TrainingConfig) -> bool:
    return config.schedule is Schedule.PLATEAU


_NETWORKS = tuple((one.name, one.words) for one in ARCHITECTURES.values())
_BACKBONES = (
    (Backbone.WHOLE.value, "The whole network"),
    (Backbone.FROZEN.value, "Only its last layer (the paper's comparison)"),
)
_OPTIMIZERS = ((Optimizer.SGD.value, "SGD"), (Optimizer.ADAM.value, "Adam"), (Optimizer.ADAMW.value, "AdamW"))
_SCHEDULES = (
    (Schedule.FIXED.value, "Stays as it is"),
    (Schedule.PLATEAU.value, "Falls when nothing improves (the paper's)"),
    (Schedule.COSINE.value, "Falls along a cosine"),
)
_PRECISIONS = (
    (Precision.AUTO.value, "Whichever is faster here"),
    (Precision.FULL.value, "Single precision"),
    (Precision.MIXED.value, "Mixed (bfloat16)"),
)
CONTRASTS = (
    (Contrast.NONE.value, "As the film is (the paper's)"),
    (Contrast.STRETCH.value, "Stretched between its 1st and 99th percentile"),
    (Contrast.EQUALIZE.value, "Histogram equalised"),
    (Contrast.CLAHE.value, "CLAHE: equalised locally, with a limit"),
)

SECTIONS: tuple[tuple[str, tuple[Field, ...]], ...] = (
    (
        "Network",
        (
            ChoiceField("architecture", "Network", _NETWORKS),
            ChoiceField("backbone", "What learns", _BACKBONES, shown_if=_not_own),
            ChoiceField("precision", "Arithmetic", _PRECISIONS),
            SwitchField(
                "three_scales",
                "The wide layer learns at three scales",
                "Faster from scratch; kept as published all the same",
                _is_own,
            ),
        ),
    ),
    (
        "Learning",
        (
            NumberField("epochs", "Epochs", 1, 1000, "How often it goes through all films", whole=True),
            NumberField(
                "stop_after",
                "Stop early after",
                0,
                1000,
                "So many epochs without a better one; 0: never",
                True,
            ),
            NumberField(
                "batch_size", "Films a batch", 2, 512, "Computed in parts where memory is short", whole=True
            ),
            ChoiceField("optimizer", "Optimiser", _OPTIMIZERS),
            NumberField("learning_rate", "Learning rate", 1e-7, 1.0),
            ChoiceField("schedule", "Learning rate over time", _SCHEDULES),
            NumberField("least_learning_rate", "Least learning rate", 0.0, 1.0),
            NumberField(
                "fine_tune_factor",
                "Times, if trained further",
                0.001,
                1.0,
                "A model that knows films already learns at so much of the learning rate",
            ),
            NumberField("momentum", "Momentum", 0.0, 0.999, shown_if=_is_sgd),
            NumberField("plateau_patience", "Patience, epochs", 0, 100, "", True, _is_plateau),
            NumberField("plateau_factor", "Falls by the factor", 0.01, 0.99, "", False, _is_plateau),
            NumberField("weight_decay", "Weight decay", 0.0, 1.0),
            NumberField(
                "wide_layer_rate",
                "Rate of the wide layer",
                0.001,
                1.0,
                "A factor: 50,176 inputs multiply each step",
            ),
            NumberField("label_smoothing", "Label smoothing", 0.0, 0.5),
            NumberField(
                "average_decay", "Average of the weights", 0.0, 0.99999, "A step's share that stays; 0: off"
            ),
            NumberField(
                "seed", "Seed", 0, 2**32 - 1, "The same seed gives the same split and training", whole=True
            ),
        ),
    ),
    (
        "Rare classes",
        (
            SwitchField("class_weighting", "A film of a rare class counts more"),
            NumberField(
                "balance", "Show rare classes and sources more often", 0.0, 1.0, "0: no, 1: all equally often"
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class AugmentationField:
    """`usual`: its strength when it is switched on and was off."""

    name: str
    words: str
    unit: str
    most: float
    usual: float
    factor: float = 1.0  # shown: value times factor
    decimals: int = 0


_PERCENT = 100.0
AUGMENTATIONS = (
    AugmentationField("rotation_degrees", "Rotated by up to", "°", 45, 10),
    AugmentationField("scale", "Larger or smaller by up to", "%", 0.5, 0.1, _PERCENT),
    AugmentationField("shift", "Shifted by up to", "%", 0.3, 0.05, _PERCENT),
    AugmentationField("horizontal_flip", "Left and right flipped in", "% of films", 1, 0.5, _PERCENT),
    AugmentationField("vertical_flip", "Top and bottom flipped in", "% of films", 1, 0.5, _PERCENT),
    AugmentationField("crop", "Cropped at random in", "% of films", 1, 0.5, _PERCENT),
    AugmentationField("gaussian_blur", "Softened (3 × 3) in", "% of films", 1, 0.5, _PERCENT),
    AugmentationField("blur", "Less sharp in", "% of films", 1, 0.25, _PERCENT),
    AugmentationField("contrast", "Contrast and brightness by", "%", 1, 0.2, _PERCENT),
    AugmentationField("border", "A black margin or corner in", "% of films", 1, 0.15, _PERCENT),
    AugmentationField("mixup", "Two films mixed, alpha", "", 2, 0.2, 1.0, 2),
)


def with_value(config: TrainingConfig, name: str, value: Any) -> TrainingConfig:
    return replace(config, **{name: value})


def with_choice(config: TrainingConfig, name: str, value: str) -> TrainingConfig:
    """Another network brings the input size it was made for."""
    kinds: dict[str, type[StrEnum]] = {
        "backbone": Backbone,
        "optimizer": Optimizer,
        "schedule": Schedule,
        "precision": Precision,
    }
    if name == "architecture":
        size = ARCHITECTURES[value].input_size
        return replace(config, architecture=value, preprocessing=replace(config.preprocessing, size=size))
    return with_value(config, name, kinds[name](value))


def with_contrast(config: TrainingConfig, value: str) -> TrainingConfig:
    return replace(config, preprocessing=replace(config.preprocessing, contrast=Contrast(value)))


def has_sense(config: TrainingConfig) -> str:
    """What of it does not fit together, in words; "" where all does."""
    if config.schedule is not Schedule.FIXED and config.least_learning_rate > config.learning_rate:
        return "The least learning rate is above the learning rate."
    return ""
