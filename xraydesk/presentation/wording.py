"""Words shown to people. The research-use sentence is said from here and nowhere else."""

from __future__ import annotations

RESEARCH_USE = "For research, not for diagnosis."
RESEARCH_USE_LONG = (
    "XRayDesk is research software. It is not a medical device: its output is not a diagnosis and "
    "must not be used for one."
)
