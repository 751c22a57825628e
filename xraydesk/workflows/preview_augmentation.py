"""How one film looks under the augmentation that is chosen."""

from __future__ import annotations

import numpy as np

from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import least_side, to_model_input
from xraydesk.training.augmentation import augmented_copies
from xraydesk.workflows.training_verbs import AugmentationPreview, PreviewAugmentation


def preview_augmentation(request: PreviewAugmentation, ctx: JobContext) -> AugmentationPreview:
    """Raises FilmError."""
    ctx.check_cancelled()
    film = open_film(request.path, least_side=least_side(request.preprocessing))
    plain = to_model_input(film, request.preprocessing)
    copies = augmented_copies(plain, request.augmentation, request.count, request.seed)
    return AugmentationPreview(np.concatenate([plain[None], copies]))
