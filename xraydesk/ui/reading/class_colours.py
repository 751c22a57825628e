"""The colour of what a film was read as."""

from __future__ import annotations

from xraydesk.model.prediction import Prediction
from xraydesk.presentation.colours import Theme, class_colour, undecided_colour


def label_colour(prediction: Prediction, theme: Theme) -> str:
    """That of the class, or grey where the film is indeterminate."""
    if prediction.label in prediction.classes:
        return class_colour(prediction.classes.index(prediction.label), theme)
    return undecided_colour(theme)
