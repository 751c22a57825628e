"""A reader looks at a card, takes a model along, goes back to the one before, and meets a foreign file."""

from __future__ import annotations

from pathlib import Path

from tests.app.conftest import MODEL_ID, Session
from xraydesk.registry.registry import Registry
from xraydesk.ui.action_table import Do


def test_card_export_roll_back_and_a_foreign_file(session: Session, tmp_path: Path) -> None:
    window = session.window
    window.actions_by_id[Do.PLACE_MODELS].setChecked(True)
    place, models = window.models, window._models
    session.wait(lambda: not place.roll_back.isHidden())
    place.entry(MODEL_ID).card.click()
    session.wait(place.shows_a_page)
    place.page.back.click()
    models.export(MODEL_ID, tmp_path / "stick.xraymodel")
    session.wait(lambda: "stick.xraymodel was written" in place.trouble())
    models.export_card(MODEL_ID, tmp_path / "card.pdf")
    session.wait(lambda: "card.pdf was written" in place.trouble())
    place.roll_back.click()
    session.wait(lambda: place.activate_button(MODEL_ID) is not None and place.roll_back.isHidden())
    assert Registry().active().shipped
    models._ask_remove(MODEL_ID)
    place.notice.choices()[0].click()
    session.wait(lambda: MODEL_ID not in {model.card.id for model in Registry().models()})
    for name, content in (("film.xraymodel", b"no model"), ("torn.xraymodel", b"")):
        data = content or (tmp_path / "stick.xraymodel").read_bytes()[:-5000]
        (tmp_path / name).write_bytes(data)
        models.install(tmp_path / name)
        session.wait(lambda name=name: f"{name} is no XRayDesk model" in place.trouble())  # type: ignore[misc]
    models.install(tmp_path / "stick.xraymodel")
    session.wait(lambda: MODEL_ID in place._entries)
