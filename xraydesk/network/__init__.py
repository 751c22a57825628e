"""DLH_COVID and how it runs: the only room, beside training, that names torch."""

import os

# OpenMP reads this once, when torch is loaded. By default a thread that waits for the others of a layer keeps its
# core busy: the processes that decode a batch's films need that core, and so does the thread waited for.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
