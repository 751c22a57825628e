"""DLH_COVID and how it runs: the only room, beside training, that names torch."""
