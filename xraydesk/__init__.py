"""XRayDesk: chest films read by the DLH_COVID network on this machine, for research, not for diagnosis."""

__version__ = "0.1.0"
