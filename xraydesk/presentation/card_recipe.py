"""How a model was trained, in words, and what it would take to train it again."""

from __future__ import annotations

from collections.abc import Iterator

from xraydesk.model.architectures import ARCHITECTURES
from xraydesk.model.card import ModelCard
from xraydesk.model.model_input import Contrast, Framing
from xraydesk.presentation.card_page import CardSection
from xraydesk.presentation.card_values import is_number, plain, table

_AUGMENTATIONS = {
    "rotation_degrees": "rotation up to {}°",
    "scale": "size ± {%}",
    "shift": "shift up to {%} of the side",
    "horizontal_flip": "mirrored left to right ({%} of the films)",
    "vertical_flip": "upside down ({%})",
    "crop": "cropped ({%})",
    "gaussian_blur": "Gaussian blur ({%})",
    "blur": "loss of sharpness ({%})",
    "contrast": "contrast ± {%}",
    "border": "blackened borders ({%})",
    "mixup": "mixed films (alpha {})",
}
_NAMES = {
    "sgd": "SGD",
    "adam": "Adam",
    "adamw": "AdamW",
    "fixed": "fixed",
    "plateau": "falls where validation no longer gains",
    "cosine": "cosine",
}
_CONTRASTS = {
    Contrast.NONE: "grey values as they are",
    Contrast.STRETCH: "grey values stretched",
    Contrast.EQUALIZE: "histogram equalised",
    Contrast.CLAHE: "histogram equalised in tiles (CLAHE)",
}
_MOST_VERSIONS = 20


def architecture_words(name: str) -> str:
    known = ARCHITECTURES.get(name)
    return known.words if known else name


def recipe(card: ModelCard) -> CardSection:
    told = card.training
    facts = [
        ("Network", architecture_words(card.architecture)),
        ("Input", preprocessing_words(card)),
        *((words, said) for words, said in _settings(told) if said),
        ("Augmentation", augmentation_words(table(told.get("augmentation"))) if told else ""),
        ("Temperature", f"{card.temperature:.3f}, fitted on the validation part" if told else ""),
    ]
    paragraphs = () if told else ("The card does not tell how this model was trained.",)
    return CardSection("Recipe", paragraphs, tuple((words, said) for words, said in facts if said))


def _settings(told: dict[str, object]) -> Iterator[tuple[str, str]]:
    def said(name: str) -> str:
        return plain(told.get(name))

    yield "Preset", said("preset").capitalize()
    best, loss = said("best_epoch"), told.get("validation_loss")
    of = f", the best of them number {best}" if best else ""
    at = f" (validation loss {loss:.3f})" if best and is_number(loss) else ""
    yield "Epochs", f"{said('epochs')} at most{of}{at}" if said("epochs") else ""
    yield "Optimiser", _NAMES.get(said("optimizer"), said("optimizer"))
    rate, schedule = told.get("learning_rate"), _NAMES.get(said("schedule"), said("schedule"))
    yield "Learning rate", f"{rate:g}, {schedule}".rstrip(", ") if is_number(rate) else ""
    yield "Batch", f"{said('batch_size')} films" if said("batch_size") else ""
    yield "Learning layers", _learning_layers(told)
    yield "Class weighting", "rare classes weigh more" if told.get("class_weighting") is True else ""
    balance = told.get("balance")
    even = isinstance(balance, int | float) and is_number(balance) and balance > 0
    yield "Drawing of films", f"evened out between classes and sources by {balance:g}" if even else ""
    yield (
        "Arithmetic",
        {"mixed": "bfloat16 where it is faster", "full": "single precision"}.get(said("precision"), ""),
    )


def _learning_layers(told: dict[str, object]) -> str:
    """Empty where all of them learned."""
    backbone = plain(told.get("backbone"))
    if told.get("new_head") is True:
        kept = {"frozen": "the head, anew", "last-stage": "the last convolution; the head, anew"}
        return kept.get(backbone, "all, the head anew")
    return "only the last" if backbone == "frozen" else ""


def augmentation_words(strengths: dict[str, object]) -> str:
    """What is on, with its strength; "none" where nothing is."""
    on = []
    for name, pattern in _AUGMENTATIONS.items():
        strength = strengths.get(name)
        if isinstance(strength, int | float) and is_number(strength) and strength > 0:
            share = f"{100 * strength:.3g} %"
            on.append(pattern.replace("{%}", share).replace("{}", f"{strength:g}"))
    return ", ".join(on) or "none"


def preprocessing_words(card: ModelCard) -> str:
    told = card.preprocessing
    framing = "the whole film squashed" if told.framing is Framing.SQUASH else "the middle of the film"
    detail = f", detail limited to {told.detail} a side" if 0 < told.detail < told.size else ""
    return f"{framing} to {told.size} × {told.size}{detail}, {_CONTRASTS.get(told.contrast, told.contrast)}"


def identity(card: ModelCard) -> CardSection:
    """Seeds, versions and hashes."""
    facts = [
        ("Model", card.id),
        ("Version", card.version),
        ("Seed", plain(card.training.get("seed"))),
        ("SHA-256 of the weights", card.sha256),
        ("SHA-256 of the list of films", plain(card.data.get("films_sha256"))),
        *(
            (f"Version of {name}", plain(value))
            for name, value in [*table(card.versions).items()][:_MOST_VERSIONS]
        ),
    ]
    return CardSection("Seed, versions, hashes", (), tuple((words, said) for words, said in facts if said))
