"""From films, heatmaps and predictions to pixels and words."""
