from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.batch.batches_for_tests import BatchOfFilms
from xraydesk.film.film import FilmIdentity
from xraydesk.ui.batch.journal_desk import JournalDesk
from xraydesk.ui.batch.watching import WatchNotice
from xraydesk.workflows.verbs import BatchProgress

MISS_DOE = FilmIdentity(patient_name="DOE^JANE", patient_id="4711")


@pytest.fixture
def notice(films: BatchOfFilms, qtbot: QtBot) -> Iterator[WatchNotice]:
    window = QWidget()
    qtbot.addWidget(window)
    desk = JournalDesk(films.file)
    made = WatchNotice(desk, lambda: 0.9, window)
    yield made
    made.stop()
    desk.stop()


def _heard(films: BatchOfFilms, *places: int) -> BatchProgress:
    ids = tuple(films.ids[place] for place in places)
    return BatchProgress(films.batch, 3, 3, all_found=True, positives=ids)


def test_films_above_the_threshold_are_told_of_without_a_name(
    notice: WatchNotice, films: BatchOfFilms, qtbot: QtBot
) -> None:
    films.add(["DOE JANE.png", "b.png", "c.png"])
    films.read(0, (0.01, 0.02, 0.97), identity=MISS_DOE)
    films.read(1, (0.95, 0.03, 0.02))
    films.read(2, (0.2, 0.2, 0.6))
    news: list[int] = []
    notice.news.connect(news.append)
    with qtbot.waitSignal(notice.message) as said:
        notice.hear(_heard(films, 0, 1, 2))
    assert said.args == ["2 new films from 90 %: Pneumonia 1, COVID-19 1"]
    assert news == [2]


def test_what_was_seen_is_no_news_any_more(notice: WatchNotice, films: BatchOfFilms, qtbot: QtBot) -> None:
    films.add(["a.png"])
    films.read(0, (0.01, 0.02, 0.97))
    with qtbot.waitSignal(notice.news):
        notice.hear(_heard(films, 0))
    with qtbot.waitSignal(notice.news) as news:
        notice.have_been_seen()
    assert news.args == [0]


def test_films_told_of_in_quick_succession_are_all_counted_once(
    notice: WatchNotice, films: BatchOfFilms, qtbot: QtBot
) -> None:
    films.add(["a.png", "b.png"])
    films.read(0, (0.01, 0.02, 0.97))
    films.read(1, (0.01, 0.02, 0.97))
    news: list[int] = []
    notice.news.connect(news.append)
    notice.hear(_heard(films, 0))
    notice.hear(_heard(films, 1))
    qtbot.waitUntil(lambda: bool(news) and news[-1] == 2)


def test_films_below_the_threshold_disturb_nobody(
    notice: WatchNotice, films: BatchOfFilms, qtbot: QtBot
) -> None:
    films.add(["a.png", "b.png"])
    films.read(0, (0.2, 0.2, 0.6))
    films.read(1, (0.01, 0.02, 0.97))
    news: list[int] = []
    notice.news.connect(news.append)
    notice.hear(_heard(films, 0))
    with qtbot.waitSignal(notice.news):
        notice.hear(_heard(films, 1))
    assert news == [1]


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")  # there is no tray without a screen
def test_where_the_system_has_a_tray_it_tells_and_a_click_leads_to_the_batch(
    notice: WatchNotice, films: BatchOfFilms, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _tray, _title, words, _icon: shown.append(words)
    )
    films.add(["DOE JANE.png"])
    films.read(0, (0.01, 0.02, 0.97), identity=MISS_DOE)
    with qtbot.waitSignal(notice.message):
        notice.hear(_heard(films, 0))
    assert shown == ["1 new film from 90 %: Pneumonia 1"]
    (tray,) = notice.findChildren(QSystemTrayIcon)
    with qtbot.waitSignal(notice.looked_for):
        tray.messageClicked.emit()
    with qtbot.waitSignal(notice.looked_for):
        tray.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
