"""The networks there are: DLH_COVID and those the paper compares it with. What they need, not how they compute."""

from __future__ import annotations

from dataclasses import dataclass

from xraydesk.errors import UsageError


@dataclass(frozen=True, slots=True)
class Architecture:
    """`last` names the layer that gives the logits. Made for films of side `input_size`, at least `least_size`."""

    name: str
    words: str
    last: str
    input_size: int = 224
    least_size: int = 32
    fixed_size: bool = False


DLH_COVID = Architecture("dlh_covid", "DLH_COVID", "linear2", 224, 224, fixed_size=True)
_KNOWN = (
    DLH_COVID,
    Architecture("vgg16", "VGG16", "network.classifier.6"),
    Architecture("vgg16_bn", "VGG16 with batch normalisation", "network.classifier.6"),
    Architecture("vgg19", "VGG19", "network.classifier.6"),
    Architecture("vgg19_bn", "VGG19 with batch normalisation", "network.classifier.6"),
    Architecture("resnet18", "ResNet18", "network.fc"),
    Architecture("resnet34", "ResNet34", "network.fc"),
    Architecture("resnet50", "ResNet50", "network.fc"),
    Architecture("resnet101", "ResNet101", "network.fc"),
    Architecture("googlenet", "GoogLeNet", "network.fc"),
    Architecture("inception_v3", "Inception v3", "network.fc", 299, 75),
    Architecture("efficientnet_b0", "EfficientNet B0", "network.classifier.1"),
)
ARCHITECTURES = {architecture.name: architecture for architecture in _KNOWN}


def architecture_of(name: str) -> Architecture:
    """Raises UsageError, naming those there are."""
    if name not in ARCHITECTURES:
        raise UsageError(
            f"XRayDesk knows no network {name!r}.", hint=f"There are: {', '.join(ARCHITECTURES)}."
        )
    return ARCHITECTURES[name]
