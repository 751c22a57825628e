"""What a training run was told: kept beside the weights and in the model's card."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from xraydesk.model.model_input import PAPER_PREPROCESSING, Preprocessing


class Optimizer(StrEnum):
    SGD = "sgd"
    ADAM = "adam"
    ADAMW = "adamw"


class Backbone(StrEnum):
    """What learns of a network that starts from weights."""

    WHOLE = "whole"
    LAST_STAGE = "last-stage"  # of DLH_COVID under a new head: conv3 and the head; of others, as "whole"
    FROZEN = "frozen"  # the paper's comparison networks: only the last layer; of DLH_COVID the new head


class Precision(StrEnum):
    """Arithmetic of the training step. What is kept, validated and shipped is single precision either way."""

    AUTO = "auto"  # mixed where this machine computes faster so: tried when a run begins, kept in its config
    FULL = "full"
    MIXED = "mixed"  # convolutions in bfloat16


class Schedule(StrEnum):
    FIXED = "fixed"
    PLATEAU = "plateau"  # the paper's dynamic learning rate
    COSINE = "cosine"  # a short linear warm-up, then half a cosine


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Each with its strength; 0 is off. All are applied to model inputs, on the fly."""

    rotation_degrees: float = 0.0
    scale: float = 0.0  # 0.1: between 0.9 and 1.1
    shift: float = 0.0  # share of the side
    horizontal_flip: float = 0.0  # probability
    vertical_flip: float = 0.0  # probability; the paper's
    crop: float = 0.0  # probability of a random crop of 80 to 100 % of the film, resized; the paper's
    gaussian_blur: float = 0.0  # probability of a 3x3 Gaussian; the paper's
    blur: float = 0.0  # probability of being down-sampled and brought back: sharpness is a clue to the source
    contrast: float = 0.0  # spread of gamma and of the grey range
    border: float = 0.0  # probability of blackened borders or a corner: so are letters and margins
    mixup: float = 0.0  # alpha of the Beta distribution (Zhang et al. 2018)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    architecture: str = "dlh_covid"
    preset: str = "recommended"
    epochs: int = 12
    batch_size: int = 32
    backbone: Backbone = Backbone.WHOLE
    precision: Precision = Precision.FULL
    optimizer: Optimizer = Optimizer.ADAMW
    learning_rate: float = 1e-3
    least_learning_rate: float = 1e-5
    fine_tune_factor: float = 1.0  # of the learning rate, where training starts from weights that know films
    momentum: float = 0.9
    three_scales: bool = (
        False  # DLH_COVID's wide layer learns at three scales (network.three_scales), from scratch
    )
    new_head: bool = (
        False  # of DLH_COVID: only the convolutions come from the weights that training starts from
    )
    wide_layer_rate: float = 1.0  # learning-rate factor of linear1: 50,176 inputs multiply each Adam step
    weight_decay: float = 0.05
    schedule: Schedule = Schedule.COSINE
    warmup_share: float = 0.05
    plateau_factor: float = 0.8
    plateau_patience: int = 3
    plateau_threshold: float = 1e-3
    stop_after: int = 0  # epochs without a better validation loss; 0 never
    label_smoothing: float = 0.0
    balance: float = 0.0  # 0: every film once an epoch; 1: classes and sources equally often
    teacher_share: float = 0.0  # how much of the target is a larger network's answer, where one teaches
    class_weighting: bool = False  # the loss of a rare class counts more, by the inverse of its share
    average_decay: float = 0.0  # moving average of the weights, a step, once it has warmed up; 0 off
    augmentation: Augmentation = field(default_factory=Augmentation)
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    seed: int = 2021

    def as_dict(self) -> dict[str, Any]:
        data = asdict(self) | {"preprocessing": self.preprocessing.as_dict()}
        return {key: str(value) if isinstance(value, StrEnum) else value for key, value in data.items()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> TrainingConfig:
        known = dict(data)
        known["optimizer"] = Optimizer(known["optimizer"])
        known["schedule"] = Schedule(known["schedule"])
        known["backbone"] = Backbone(known.get("backbone", Backbone.WHOLE))
        known["precision"] = Precision(known.get("precision", Precision.FULL))
        known["augmentation"] = Augmentation(**known["augmentation"])
        known["preprocessing"] = Preprocessing.from_dict(known["preprocessing"])
        return cls(**known)


PAPER = TrainingConfig(
    preset="paper",
    epochs=100,
    optimizer=Optimizer.SGD,
    momentum=0.0,
    weight_decay=0.0,
    schedule=Schedule.PLATEAU,
    stop_after=15,
    preprocessing=PAPER_PREPROCESSING,
)

# Balanced classes and sources, and augmentation against the shortcuts between them: age (shape of the
# chest cannot be hidden, sharpness, margins and contrast can). Mild, since this shallow network learns
# slowly under more.
RECOMMENDED = TrainingConfig(
    preset="recommended",
    epochs=14,
    precision=Precision.AUTO,
    learning_rate=6e-4,
    fine_tune_factor=0.2,
    three_scales=True,
    wide_layer_rate=0.1,
    label_smoothing=0.05,
    balance=0.4,
    average_decay=0.998,
    preprocessing=Preprocessing(detail=128),
    augmentation=Augmentation(
        rotation_degrees=6.0,
        scale=0.08,
        shift=0.04,
        horizontal_flip=0.5,
        blur=0.25,
        contrast=0.2,
        border=0.15,
    ),
)

QUICK = replace(RECOMMENDED, preset="quick", epochs=3, learning_rate=1e-3)

PRESETS = {config.preset: config for config in (PAPER, RECOMMENDED, QUICK)}
