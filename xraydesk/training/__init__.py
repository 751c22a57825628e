"""From a labelled folder to an evaluated checkpoint."""
