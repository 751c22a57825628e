"""The device is the best that really works; the processor is always behind it."""

from __future__ import annotations

import pytest
import torch

from xraydesk.network import device
from xraydesk.network.device import choose_device

needs_no_card = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA card")


@needs_no_card
def test_auto_without_a_card_is_the_processor_without_a_word() -> None:
    chosen = choose_device("auto")
    assert chosen.device.type == "cpu"
    assert chosen.note == ""


@needs_no_card
def test_a_card_asked_for_but_absent_is_said_in_one_sentence() -> None:
    chosen = choose_device("cuda")
    assert chosen.device.type == "cpu"
    assert chosen.note == "No graphics card (CUDA) was found, so the processor is used."


def test_a_card_that_is_found_but_unusable_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_found", lambda kind: kind == "cuda")
    if torch.cuda.is_available():
        monkeypatch.setattr(device, "_works", lambda kind: False)
    chosen = choose_device("auto")  # without a card the probe's real convolution fails by itself
    assert chosen.device.type == "cpu"
    assert chosen.note == "The graphics card (CUDA) was found but does not work, so the processor is used."


def test_the_probe_accepts_a_device_that_computes() -> None:
    assert device._works("cpu")


def test_the_probe_refuses_a_device_that_does_not() -> None:
    assert not device._works("meta")
