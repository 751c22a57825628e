"""From a film to the network's input, and from logits to calibrated probabilities and heatmaps."""
