"""What every network here is: grey films in, logits out, with the activation maps in between."""

from __future__ import annotations

from torch import Tensor, nn


class FilmNetwork(nn.Module):
    """Films (N, 1, S, S) in [0, 1] to logits (N, K), by way of `features` and `head`.

    `last` names the layer that gives the logits: it starts anew where the classes are others.
    """

    last: str

    def features(self, films: Tensor) -> Tensor:
        """The last activation maps (N, C, h, w): heatmaps are made of them."""
        raise NotImplementedError

    def head(self, features: Tensor) -> Tensor:
        """From activation maps to logits (N, K)."""
        raise NotImplementedError

    def forward(self, films: Tensor) -> Tensor:
        return self.head(self.features(films))

    def published(self) -> FilmNetwork:
        """The network as it is kept and read in use: itself, unless it learns in another form."""
        return self

    @property
    def classes(self) -> int:
        layer = self.get_submodule(self.last)
        assert isinstance(layer, nn.Linear)
        return layer.out_features


def parameter_count(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())
