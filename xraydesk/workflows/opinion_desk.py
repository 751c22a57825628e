"""What the window asks about opinions, answered from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

from xraydesk import paths
from xraydesk.errors import UsageError
from xraydesk.export.labelled_films import Handed, copy_films, refer_to_films
from xraydesk.jobs import JobContext
from xraydesk.journal.journal import Journal
from xraydesk.journal.reader import JournalReader
from xraydesk.presentation.wording import class_words, count_words, film_name
from xraydesk.workflows.agreement import agreements
from xraydesk.workflows.opinion_verbs import (
    Agreements,
    CompareOpinions,
    ExportOpinions,
    GivenOpinions,
    GiveOpinion,
    LabelledFilms,
    ListOpinions,
    OpinionAnswer,
    OpinionNoted,
    OpinionRequest,
    TakeBackOpinion,
)


class OpinionDesk:
    """`journal` gives the one that is written; it is asked for only when there is something to write."""

    def __init__(self, journal: Callable[[], Journal]) -> None:
        self._journal = journal

    def answer(self, request: OpinionRequest, ctx: JobContext) -> OpinionAnswer:
        """Raises OutputError where the journal or the target cannot be used."""
        match request:
            case GiveOpinion(opinion):
                self._journal().give_opinion(opinion)
                return OpinionNoted(opinion.sha256, opinion.label)
            case TakeBackOpinion(sha256):
                self._journal().take_back_opinion(sha256)
                return OpinionNoted(sha256)
            case ListOpinions():
                with closing(JournalReader(paths.user_journal())) as reader:
                    return GivenOpinions(reader.opinion_labels())
            case CompareOpinions():
                return _compared()
            case ExportOpinions():
                return export_opinions(request, ctx)


def _compared() -> Agreements:
    with closing(JournalReader(paths.user_journal())) as reader:
        return agreements(reader.judged(), reader.opinion_labels().values())


def export_opinions(request: ExportOpinions, ctx: JobContext) -> LabelledFilms:
    """Raises UsageError where no film is left to hand on, OutputError, Cancelled."""
    with closing(JournalReader(paths.user_journal())) as reader:
        opinions = reader.opinions()
    if not opinions:
        raise UsageError("There is no film with your opinion yet.", hint="Give some while you read.")
    hand = copy_films if request.copied else refer_to_films
    handed = hand(request.target, opinions, ctx)
    folder = request.target if request.copied else request.target.parent
    return LabelledFilms(
        folder,
        None if request.copied else request.target,
        handed.films.total(),
        handed.left_out,
        " ".join(_words(handed, request)),
    )


def _words(handed: Handed, request: ExportOpinions) -> Iterator[str]:
    each = ", ".join(f"{count:,} {class_words(name)}" for name, count in sorted(handed.films.items()))
    how = "copied into" if request.copied else "named in"
    films = count_words(handed.films.total(), "film")
    yield f"{films} {how} {film_name(request.target)}" + (f": {each}." if each else ".")
    yield from handed.left_out_words()
