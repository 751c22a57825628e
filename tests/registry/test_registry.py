"""Models are installed whole or not at all, checked before they read, and can be rolled back."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.network.models import model_folder
from xraydesk.errors import ModelDamaged, ModelNotFound, OutputError, UsageError
from xraydesk.registry.package import pack, unpack
from xraydesk.registry.registry import WEIGHTS, Registry, model_in, require_intact


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three model folders, made once: shipped-1, own-1, own-2."""
    place = tmp_path_factory.mktemp("made")
    for seed, name in enumerate(("shipped-1", "own-1", "own-2")):
        model_folder(place, name, seed=seed)
    return place


@pytest.fixture
def registry(made: Path, tmp_path: Path) -> Registry:
    shutil.copytree(made / "shipped-1", tmp_path / "shipped" / "shipped-1")
    return Registry(tmp_path / "own", tmp_path / "shipped")


def ids(registry: Registry) -> list[str]:
    return [model.card.id for model in registry.models()]


def test_the_shipped_model_reads_until_another_is_chosen(registry: Registry, made: Path) -> None:
    registry.add(made / "own-1")
    assert registry.active().card.id == "shipped-1"
    registry.activate("own-1")
    assert registry.active().card.id == "own-1"


def test_rollback_goes_back_step_by_step(registry: Registry, made: Path) -> None:
    for name in ("own-1", "own-2"):
        registry.add(made / name)
        registry.activate(name)
    assert [registry.rollback(), registry.rollback()] == ["own-1", "shipped-1"]
    with pytest.raises(UsageError):
        registry.rollback()


def test_a_model_whose_weights_were_changed_is_not_activated(registry: Registry, made: Path) -> None:
    weights = registry.add(made / "own-1").weights
    damaged = bytearray(weights.read_bytes())
    damaged[-1] ^= 1
    weights.write_bytes(damaged)
    with pytest.raises(ModelDamaged, match="own-1"):
        registry.activate("own-1")
    assert registry.active().card.id == "shipped-1"


def test_a_damaged_model_is_not_installed(registry: Registry, made: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(made / "own-1", tmp_path / "broken")
    os.truncate(broken / WEIGHTS, 1000)
    with pytest.raises(ModelDamaged):
        registry.add(broken)
    assert ids(registry) == ["shipped-1"]


def test_installing_twice_is_refused(registry: Registry, made: Path) -> None:
    registry.add(made / "own-1")
    with pytest.raises(UsageError, match="installed already"):
        registry.add(made / "own-1")


def test_a_full_disk_leaves_no_half_model(
    registry: Registry, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copyfile

    def full(source: Path, target: Path) -> object:
        if Path(target).name == "card.json":
            raise OSError(28, "No space left on device")
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OutputError, match="No space left"):
        registry.add(made / "own-1")
    monkeypatch.undo()
    assert ids(registry) == ["shipped-1"]
    registry.add(made / "own-1")  # and the next try is not in the way of the last
    assert ids(registry) == ["shipped-1", "own-1"]


def test_the_shipped_and_the_active_model_cannot_be_removed(registry: Registry, made: Path) -> None:
    registry.add(made / "own-1")
    registry.activate("own-1")
    for name in ("shipped-1", "own-1"):
        with pytest.raises(UsageError):
            registry.remove(name)
    registry.rollback()
    registry.remove("own-1")
    assert ids(registry) == ["shipped-1"]


def test_a_removed_folder_or_a_damaged_choice_falls_back_to_the_shipped_model(
    registry: Registry, made: Path, tmp_path: Path
) -> None:
    registry.add(made / "own-1")
    registry.activate("own-1")
    shutil.rmtree(tmp_path / "own" / "own-1")
    assert registry.active().card.id == "shipped-1"
    (tmp_path / "own" / "active.json").write_text("{broken", encoding="utf-8")
    assert registry.active().card.id == "shipped-1"


def test_an_unknown_model_is_named_with_those_there_are(registry: Registry) -> None:
    with pytest.raises(ModelNotFound) as caught:
        registry.find("nothing")
    assert "shipped-1" in caught.value.hint


def test_a_model_travels_as_one_file(registry: Registry, tmp_path: Path) -> None:
    file = tmp_path / "stick" / "model.xraymodel"
    file.parent.mkdir()
    pack(registry.active(), file)
    assert [entry.name for entry in file.parent.iterdir()] == ["model.xraymodel"]
    travelled = model_in(unpack(file, tmp_path / "unpacked"))
    require_intact(travelled)
    assert travelled.card == registry.active().card


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and then nothing", b"plain text"])
def test_another_file_is_no_model(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "holiday.xraymodel"
    file.write_bytes(content)
    with pytest.raises(ModelDamaged, match="holiday"):
        unpack(file, tmp_path / "unpacked")


def test_a_model_id_cannot_lead_out_of_the_models_folder(
    registry: Registry, made: Path, tmp_path: Path
) -> None:
    sly = shutil.copytree(made / "own-1", tmp_path / "sly")
    card = (sly / "card.json").read_text(encoding="utf-8")
    (sly / "card.json").write_text(card.replace('"id": "own-1"', '"id": "../outside"'), encoding="utf-8")
    with pytest.raises(ModelDamaged, match="plain name"):
        registry.add(sly)
    assert not (tmp_path / "outside").exists()


def test_a_half_installed_model_is_not_listed(registry: Registry, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "own-1", tmp_path / "own" / ".own-1.partial")
    assert ids(registry) == ["shipped-1"]
    registry.add(made / "own-1")
    assert ids(registry) == ["shipped-1", "own-1"]


@pytest.mark.parametrize("torn", ["card.json", WEIGHTS])
def test_a_damaged_model_is_replaced_by_installing_it_again(
    registry: Registry, made: Path, torn: str
) -> None:
    os.truncate(registry.add(made / "own-1").folder / torn, 100)
    require_intact(registry.add(made / "own-1"))
    assert ids(registry) == ["shipped-1", "own-1"]


def test_a_folder_that_holds_another_model_is_not_replaced(
    registry: Registry, made: Path, tmp_path: Path
) -> None:
    shutil.copytree(made / "own-2", tmp_path / "own" / "own-1")
    with pytest.raises(UsageError, match="own-2 is installed already"):
        registry.add(made / "own-1")
    assert ids(registry) == ["shipped-1", "own-2"]


def test_of_two_models_of_one_id_the_one_that_is_shown_is_the_one_that_reads(
    registry: Registry, made: Path, tmp_path: Path
) -> None:
    registry.add(made / "own-1")
    shutil.copytree(made / "own-1", tmp_path / "own" / "copied by hand")
    registry.activate("own-1")
    assert ids(registry) == ["shipped-1", "own-1"]
    assert registry.active() == registry.find("own-1")


def test_a_shipped_model_that_is_damaged_reads_again_once_it_was_installed_anew(
    registry: Registry, made: Path, tmp_path: Path
) -> None:
    os.truncate(registry.find("shipped-1").weights, 1000)
    registry.add(made / "shipped-1")
    require_intact(registry.active())
    os.truncate(registry.find("shipped-1").weights, 1000)  # now both are, and one's own can be removed
    assert registry.find("shipped-1").folder == tmp_path / "own" / "shipped-1"


def test_a_users_folder_that_cannot_be_written_is_said(made: Path, tmp_path: Path) -> None:
    (tmp_path / "own").touch()  # no folder can be made there
    registry = Registry(tmp_path / "own", made)
    for change in (lambda: registry.activate("own-2"), lambda: registry.add(lonely(made, tmp_path))):
        with pytest.raises(OutputError, match="cannot be changed"):
            change()


def lonely(made: Path, tmp_path: Path) -> Path:
    """A model with an id of its own."""
    copy = shutil.copytree(made / "own-1", tmp_path / "lonely", dirs_exist_ok=True)
    card = (copy / "card.json").read_text(encoding="utf-8")
    (copy / "card.json").write_text(card.replace('"id": "own-1"', '"id": "lonely"'), encoding="utf-8")
    return copy


def test_a_model_that_cannot_be_removed_stays_whole(
    registry: Registry, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = registry.add(made / "own-1")

    def held(source: Path, target: Path) -> Path:
        raise PermissionError(13, "another program uses it")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(OutputError, match="another program uses it"):
        registry.remove("own-1")
    require_intact(model)


def test_a_package_torn_within_its_weights_is_no_model(registry: Registry, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "torn.xraymodel", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("card.json", "{}" * 500)
    data = bytearray((tmp_path / "torn.xraymodel").read_bytes())
    data[40:50] = b"\xff" * 10
    (tmp_path / "torn.xraymodel").write_bytes(data)
    with pytest.raises(ModelDamaged, match="torn"):
        unpack(tmp_path / "torn.xraymodel", tmp_path / "unpacked")


def test_a_model_with_a_file_date_before_1980_is_exported(registry: Registry, tmp_path: Path) -> None:
    os.utime(registry.active().weights, (0, 0))
    pack(registry.active(), tmp_path / "old.xraymodel")
    require_intact(model_in(unpack(tmp_path / "old.xraymodel", tmp_path / "unpacked")))


def test_an_export_into_a_place_that_is_no_folder_is_said(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"out\.xraymodel"):
        pack(registry.active(), tmp_path / "file" / "out.xraymodel")


def test_an_export_needs_a_name_and_touches_no_other_file(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    model = registry.models()[0]
    for place in (Path(), tmp_path):
        with pytest.raises(OutputError, match="is a folder"):
            pack(model, place)
    neighbour = tmp_path / "out.tmp"
    neighbour.write_text("mine", encoding="utf-8")
    pack(model, tmp_path / "out")
    assert neighbour.read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "out").is_file()
