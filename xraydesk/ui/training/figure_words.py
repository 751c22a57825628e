"""Figures of merit as rows of words: each with its 95 % interval where one is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xraydesk.presentation.wording import class_words

Rows = list[tuple[str, ...]]
MAIN = (
    ("accuracy", "Accuracy"),
    ("precision", "Precision"),
    ("recall", "Recall"),
    ("f1", "F1"),
    ("ece", "Calibration error"),
)
CLASS_TITLES = ("Class", "Films", "Precision", "Recall (sensitivity)", "F1", "AUROC")
SOURCE_TITLES = ("Source", "Films", "Accuracy", "Precision", "Recall", "F1", "Calibration error")
FOLD_TITLES = ("", "Films", "Accuracy", "Precision", "Recall", "F1", "Calibration error")


def number_words(value: object) -> str:
    """ "0.912"; a dash for what is not known."""
    return f"{value:.3f}" if isinstance(value, int | float) and not isinstance(value, bool) else "–"


def interval_words(figures: Mapping[str, Any], name: str) -> str:
    """ "0.890 to 0.931", or nothing."""
    interval = figures.get(f"{name}_interval")
    if not isinstance(interval, list | tuple) or len(interval) != 2:
        return ""
    return f"{number_words(interval[0])} to {number_words(interval[1])}"


def with_interval(figures: Mapping[str, Any], name: str) -> str:
    interval = interval_words(figures, name)
    value = number_words(figures.get(name))
    return f"{value} ({interval})" if interval else value


def class_rows(figures: Mapping[str, Any]) -> Rows:
    """One a class, in the model's order."""
    auroc, spread = figures.get("auroc", {}), figures.get("auroc_interval", {})
    rows = []
    for name, of_class in figures.get("per_class", {}).items():
        own = {"auroc": auroc.get(name), "auroc_interval": spread.get(name)}
        rows.append(
            (
                class_words(name),
                f"{of_class.get('films', 0):,}",
                *(with_interval(of_class, figure) for figure in ("precision", "recall", "f1")),
                with_interval(own, "auroc"),
            )
        )
    return rows


def source_rows(figures: Mapping[str, Any]) -> Rows:
    """One a source, where sources are known."""
    return [(name, *_main_words(of_source)) for name, of_source in figures.get("by_source", {}).items()]


def fold_rows(
    folds: Sequence[Mapping[str, Any]], spread: Mapping[str, Any], pooled: Mapping[str, Any]
) -> Rows:
    """Mean and spread first, then each fold; `pooled` are the figures of all films together."""
    mean = tuple(_spread_words(spread.get(name, {})) for name, _ in MAIN)
    rows: Rows = [("Mean ± deviation", f"{int(pooled.get('films', 0)):,}", *mean)]
    for number, fold in enumerate(folds, start=1):
        figures = tuple(number_words(fold.get(name)) for name, _ in MAIN)
        rows.append((f"Fold {number}", f"{int(fold.get('films', 0)):,}", *figures))
    return rows


def _main_words(figures: Mapping[str, Any]) -> tuple[str, ...]:
    return f"{figures.get('films', 0):,}", *(number_words(figures.get(name)) for name, _ in MAIN)


def _spread_words(spread: Mapping[str, Any]) -> str:
    return f"{number_words(spread.get('mean'))} ± {number_words(spread.get('standard_deviation'))}"
