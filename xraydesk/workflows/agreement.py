"""How often the reader and each model agree: the site's own confusion matrix, overall and by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from xraydesk.journal.opinions import Opinion
from xraydesk.model.prediction import INDETERMINATE
from xraydesk.workflows.opinion_verbs import NOT_READ, Agreed, Agreements, ModelAgreement

_LAST = (INDETERMINATE, NOT_READ)  # columns that are no classes


def agreements(judged: Sequence[Opinion], labels: Iterable[str]) -> Agreements:
    """`judged`: one for each film and model, the latest last; `labels`: the class of each film with an opinion.

    Films that no model was shown are in `labels` only.
    """
    by_model: dict[str, list[Opinion]] = {}
    for opinion in judged:
        if opinion.model_sha256:
            by_model.setdefault(opinion.model_sha256, []).append(opinion)
    place = {opinion.model_sha256: number for number, opinion in enumerate(judged)}
    latest = sorted(by_model, key=lambda model: -place[model])
    models = tuple(_agreement(by_model[model]) for model in latest)
    return Agreements(models, tuple(sorted(Counter(labels).items())))


def _agreement(judged: Sequence[Opinion]) -> ModelAgreement:
    last = judged[-1]
    classes = _classes(judged)
    rows = (*classes, *sorted({opinion.label for opinion in judged} - set(classes)))
    columns = (*classes, *(name for name in _LAST if any(name == opinion.predicted for opinion in judged)))
    counted = Counter((opinion.label, opinion.predicted) for opinion in judged)
    return ModelAgreement(
        last.model_id,
        last.model_name,
        last.model_version,
        last.model_sha256,
        rows,
        columns,
        tuple(tuple(counted[row, column] for column in columns) for row in rows),
        _agreed(judged),
        tuple(_months(judged)),
    )


def _classes(judged: Sequence[Opinion]) -> tuple[str, ...]:
    """In the model's order, then those that it had before its card was changed; of a model that read none of the
    films, the classes they were given."""
    read = (opinion.prediction.classes for opinion in reversed(judged) if opinion.prediction)
    known = tuple(dict.fromkeys(name for classes in read for name in classes))
    return known or tuple(sorted({opinion.label for opinion in judged}))


def _agreed(judged: Iterable[Opinion]) -> Agreed:
    named = [opinion for opinion in judged if opinion.predicted not in _LAST]
    return Agreed(sum(opinion.label == opinion.predicted for opinion in named), len(named))


def _months(judged: Sequence[Opinion]) -> Iterable[tuple[str, Agreed]]:
    by_month: dict[str, list[Opinion]] = {}
    for opinion in judged:
        by_month.setdefault(opinion.given[:7], []).append(opinion)
    for month, opinions in sorted(by_month.items()):
        yield month, _agreed(opinions)
