"""torchvision for its networks: sources stay, since parts of it are read by torch.jit when imported."""

module_collection_mode = "pyz+py"
hiddenimports = []
