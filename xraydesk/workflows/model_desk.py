"""What the window asks about installed models, answered from their cards: no network is needed."""
# ruff: noqa: PLC0415 - reportlab is loaded when it is needed

from __future__ import annotations

from xraydesk.presentation.card_page import CardPage
from xraydesk.presentation.model_card import card_page
from xraydesk.presentation.model_comparison import compared
from xraydesk.registry.package import pack
from xraydesk.registry.registry import InstalledModel, Registry
from xraydesk.workflows.describe_models import described, described_previous
from xraydesk.workflows.model_verbs import (
    ActivateModel,
    CardShown,
    CompareModels,
    ExportCard,
    ExportModel,
    ExportTrained,
    InstalledModels,
    InstallTrained,
    ListModels,
    ModelAnswer,
    ModelExported,
    ModelRequest,
    ModelsCompared,
    RemoveModel,
    RollBack,
    ShowCard,
)
from xraydesk.workflows.trained_model import export_trained, install_trained


def answer_about_models(request: ModelRequest, registry: Registry | None = None) -> ModelAnswer:
    """Raises ModelError, UsageError, OutputError."""
    registry = registry or Registry()
    match request:
        case ListModels():
            pass
        case ActivateModel():
            registry.activate(request.model_id)
        case RollBack():
            registry.rollback()
        case RemoveModel():
            registry.remove(request.model_id)
        case ExportModel():
            pack(registry.find(request.model_id), request.file)
            return ModelExported(request.file)
        case InstallTrained():
            install_trained(request, registry)
        case ExportTrained():
            export_trained(request)
            return ModelExported(request.file)
        case ShowCard():
            return CardShown(request.model_id, page_of(registry.find(request.model_id), registry))
        case ExportCard():
            from xraydesk.export.card_pdf import write_card_pdf

            write_card_pdf(request.file, page_of(registry.find(request.model_id), registry))
            return ModelExported(request.file)
        case CompareModels():
            models = (registry.find(request.first), registry.find(request.second))
            return ModelsCompared(compared(models[0].card, models[1].card))
    return InstalledModels(described(registry), described_previous(registry))


def page_of(model: InstalledModel, registry: Registry) -> CardPage:
    origin = "comes with XRayDesk" if model.shipped else "installed on this computer"
    return card_page(model.card, terms=registry.terms_of(model), origin=origin)
