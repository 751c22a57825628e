"""What can be typed after `xraydesk`."""

from __future__ import annotations

import argparse
from pathlib import Path

import xraydesk
from xraydesk.presentation.wording import RESEARCH_USE

VERBS = ("classify", "evaluate", "train", "models", "selftest")
_ARCHITECTURE = "dlh_covid (default), resnet18, vgg16_bn, efficientnet_b0, inception_v3, …"
_BACKBONE = "what learns: all, DLH_COVID's last convolution and head, or only the last layer (of DLH_COVID a new head)"
_DEVICES = ("auto", "cpu", "cuda", "mps")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="xraydesk",
        description=f"Chest films read by the DLH_COVID network. {RESEARCH_USE}",
        epilog="Without a verb the window opens, with the films named: xraydesk [PATH ...]",
    )
    top.add_argument("--version", action="version", version=f"XRayDesk {xraydesk.__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    _classify(verbs.add_parser("classify", help="class probabilities of films and folders of films"))
    _evaluate(verbs.add_parser("evaluate", help="how good a model is on labelled films"))
    _train(verbs.add_parser("train", help="train the network on labelled films"))
    _models(verbs.add_parser("models", help="installed models"))
    selftest = verbs.add_parser("selftest", help="is this installation whole?")
    selftest.add_argument("--json", action="store_true", help="one JSON object")
    return top


def _model_and_device(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--model", default="", metavar="ID|FILE", help="an installed model's id, or a file")
    verb.add_argument("--device", default="auto", choices=_DEVICES)


def _classify(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a film or a folder, searched through"
    )
    _model_and_device(verb)
    verb.add_argument("--json", action="store_true", help="one JSON object a film, on standard output")
    verb.add_argument("--csv", type=Path, metavar="FILE", help="a table, one row a film")
    verb.add_argument("--heatmaps", type=Path, metavar="DIR", help="a picture of each film with its heatmap")
    verb.add_argument("--resume", action="store_true", help="leave out films that the table holds already")
    verb.add_argument("--override", action="store_true", help="classify films that the gate refuses, too")


def _evaluate(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("folder", type=Path, metavar="FOLDER")
    verb.add_argument("--manifest", type=Path, metavar="CSV")
    _model_and_device(verb)
    verb.add_argument(
        "--audit", action="store_true", help="what the model goes by: parts of films taken away"
    )
    verb.add_argument(
        "--lungs", type=Path, metavar="DIR", help="for --audit: outlines, named FILM__lungs.png"
    )
    verb.add_argument("--json", action="store_true", help="one JSON object")


def _train(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("folder", type=Path, metavar="FOLDER", help="one sub-folder per class")
    verb.add_argument("--out", type=Path, required=True, metavar="DIR")
    verb.add_argument(
        "--manifest", type=Path, metavar="CSV", help="columns file,label[,patient,group,source]"
    )
    verb.add_argument("--preset", choices=("paper", "recommended", "quick"), default="recommended")
    verb.add_argument("--architecture", default="dlh_covid", metavar="NAME", help=_ARCHITECTURE)
    verb.add_argument(
        "--size", type=int, metavar="N", help="side of the network's input, where it may be chosen"
    )
    verb.add_argument("--backbone", choices=("whole", "last-stage", "frozen"), help=_BACKBONE)
    verb.add_argument(
        "--new-head", action="store_true", help="of DLH_COVID: only the convolutions come from --start"
    )
    verb.add_argument(
        "--groups-as-given", action="store_true", help="divide by the manifest's groups; join no near copies"
    )
    verb.add_argument("--precision", choices=("auto", "full", "mixed"))
    verb.add_argument("--epochs", type=int, metavar="N")
    verb.add_argument("--learning-rate", type=float, metavar="X")
    verb.add_argument("--optimizer", choices=("sgd", "adam", "adamw"))
    verb.add_argument("--schedule", choices=("fixed", "plateau", "cosine"))
    verb.add_argument("--batch-size", type=int, metavar="N")
    verb.add_argument("--folds", type=int, default=0, metavar="K", help="K-fold cross validation instead")
    verb.add_argument("--start", default="scratch", metavar="scratch|active|FILE")
    verb.add_argument("--teacher", type=Path, metavar="DIR", help="a larger model, trained on the same films")
    verb.add_argument("--teacher-share", type=float, metavar="X", help="how much its answers count, 0 to 1")
    verb.add_argument("--seed", type=int, metavar="N")
    verb.add_argument("--name", default="Own model", help="the model's name in lists")
    verb.add_argument("--device", default="auto", choices=_DEVICES)
    verb.add_argument("--resume", action="store_true", help="go on with the run in DIR")
    verb.add_argument("--json", action="store_true", help="one event a line, on standard output")


def _models(verb: argparse.ArgumentParser) -> None:
    actions = verb.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="installed models; * reads")
    for name, words in (
        ("show", "a model's card"),
        ("activate", "let a model read from now on"),
        ("remove", "delete a model of your own"),
        ("export", "a model as one file"),
        ("card", "a model's card as a PDF"),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("id", metavar="ID")
        if name in ("export", "card"):
            action.add_argument("file", type=Path, metavar="FILE")
    compare = actions.add_parser("compare", help="the figures of two models side by side")
    compare.add_argument("id", metavar="ID")
    compare.add_argument("other", metavar="ID")
    install = actions.add_parser("install", help="a model's file or folder, or the authors' .pth")
    install.add_argument("file", type=Path, metavar="FILE")
    actions.add_parser("rollback", help="let the model before the active one read again")
