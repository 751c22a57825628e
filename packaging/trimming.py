"""What is left out of the bundle, and why each may go. The spec and the check of the bundle read this list."""

from __future__ import annotations

import fnmatch
import posixpath
import sys

# Modules that are never imported by the program, though something names them.
MODULES = (
    "readline",  # GPL; only for typing at a Python prompt
    "_gdbm",  # GPL
    "_dbm",
    "tkinter",  # another toolkit
    "_tkinter",
    "curses",
    "_curses",
    "idlelib",
    "setuptools",  # builds packages
    "pkg_resources",
    "_distutils_hack",
    "lib2to3",
    "ensurepip",
    "pip",
    "pytest",
    "_pytest",
    "IPython",
    "matplotlib",
    "pandas",
    "numpy.tests",
    "pydicom.examples.show_dicom",
    "torch.utils.tensorboard",  # logging to another program
    "tensorboard",
    "torchvision.datasets.samplers",
    "triton",
    "onnx",
    "onnxscript",
    "PIL.ImageTk",
    "PIL.ImageQt",
)

# Files, by their place in the bundle.
FILES = (
    # torch: what only developers of torch use
    "torch/include/*",
    "torch/share/*",
    "torch/test/*",
    "torch/bin/[!t]*",
    "torch/bin/test_*",
    "torch/lib/*test*",
    "torch/lib/libaoti_custom_ops*",
    "torch/lib/libbackend_with_compiler*",
    # torchvision: its operators (boxes, video, file formats) are used by no classification network, and on Linux
    # they are a CUDA build that could not be loaded
    "torchvision/_C*",
    "torchvision/image*",
    "torchvision.libs/*",
    "torchvision/datasets/*",
    # Qt: platforms without a desktop, and Wayland (XWayland serves it); the window is drawn without OpenGL
    "PySide6/Qt/plugins/platforms/libq[!xo]*",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/xcbglintegrations/*",
    "PySide6/Qt/plugins/wayland-*",
    "PySide6/Qt/plugins/platformthemes/libqgtk3*",
    "PySide6/Qt/plugins/generic/*",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboard*",
    "PySide6/Qt/lib/libQt6Wayland*",
    "PySide6/Qt/lib/libQt6WlShell*",
    "PySide6/Qt/lib/libQt6Egl*",
    "PySide6/Qt/lib/libQt6EGL*",
    "PySide6/Qt/lib/libQt6VirtualKeyboard*",
    "PySide6/Qt/lib/libQt6Qml*",
    "PySide6/Qt/lib/libQt6Quick*",
    "PySide6/Qt/lib/libQt6OpenGL*",
    "PySide6/Qt/lib/libQt6Pdf*",
    # Qt: no network is used, nor a format of its own for films
    "PySide6/*plugins/tls/*",
    "PySide6/*plugins/networkinformation/*",
    "PySide6/*plugins/imageformats/*qpdf*",
    "PySide6/*plugins/imageformats/*qtga*",
    "PySide6/*plugins/imageformats/*qtiff*",
    "PySide6/*plugins/imageformats/*qwbmp*",
    "PySide6/*plugins/imageformats/*qwebp*",
    "PySide6/*plugins/imageformats/*qicns*",
    # Qt: its own words in other languages; the program speaks English
    "PySide6/*translations/*",
    "PySide6/opengl32sw.dll",
    # Pillow: formats that no film has
    "PIL/_avif.*",
    "PIL/_webp.*",
    "PIL/_imagingtk.*",
    "pillow.libs/libavif*",
    "pillow.libs/libwebp*",
    "pillow.libs/libsharpyuv*",
    # gdcm: its programs and tables for them
    "_gdcm/gdcm[!.s]*",
    "_gdcm/XML/*",
    # test data and headers that come with the libraries
    "*/tests/*",
    "*/test/data/*",
    "sklearn/datasets/*",
    "scipy/datasets/*",
    "*.pyi",
    "*.pyx",
    "*.pxd",
    "*.h",
    "*.lib",
    "*.a",
)

# The only libraries that are taken from the Linux system it is built on. All others belong to the system it runs on:
# they read its configuration (fontconfig, dbus, glib), must fit its drivers (GL) or are newer there (libstdc++).
TAKEN_ALONG = (
    "libpython3*",
    "libcrypto.so*",  # hashlib: the SHA-256 of every film, with the processor's own instructions
    "libssl.so*",
    "libsqlite3.so*",  # the journal
    "libffi.so*",
    "liblzma.so*",
    "libbz2.so*",
    "libz.so*",
    "libuuid.so*",
    "libbrotli*.so*",  # of Qt's network library, which carries the words between two starts of the program
    # what Qt needs on a display beyond what every desktop has, so that the portable program runs there
    "libxkbcommon.so*",
    "libxkbcommon-x11.so*",
    "libxcb-cursor.so*",
    "libxcb-icccm.so*",
    "libxcb-image.so*",
    "libxcb-keysyms.so*",
    "libxcb-randr.so*",
    "libxcb-render.so*",
    "libxcb-render-util.so*",
    "libxcb-shape.so*",
    "libxcb-shm.so*",
    "libxcb-sync.so*",
    "libxcb-util.so*",
    "libxcb-xfixes.so*",
    "libxcb-xkb.so*",
)


def is_left_out(place: str) -> bool:
    """Whether the file at this place in the bundle (either kind of slash) may go."""
    place = place.replace("\\", "/")
    return any(fnmatch.fnmatchcase(place, pattern) for pattern in FILES)


def _is_the_systems(place: str) -> bool:
    library = sys.platform == "linux" and "/" not in place and fnmatch.fnmatchcase(place, "lib*.so*")
    return library and not any(fnmatch.fnmatchcase(place, pattern) for pattern in TAKEN_ALONG)


def kept(entries: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Of PyInstaller's (place, source, kind), those that stay; of links, those whose target stays."""
    stay = []
    for place, source, kind in entries:
        if kind == "SYMLINK":
            gone = is_left_out(posixpath.normpath(posixpath.join(posixpath.dirname(place), source)))
        else:
            gone = is_left_out(place) or _is_the_systems(place)
        if not gone:
            stay.append((place, source, kind))
    return stay


# Stripped of what only a debugger reads, after the build. Not numpy, scipy and scikit-learn, nor anything in a
# folder *.libs: their libraries were edited when their wheels were made, and strip breaks them.
STRIPPED = (
    "torch/lib/*.so*",
    "torch/bin/*",
    "torch/_C*.so",
    "functorch/*.so",
    "libpython3*",
    "python3*/lib-dynload/*.so",
    "_CharLS*.so",
    "_openjpeg*.so",
    "rle/*.so",
    "safetensors/*.so",
)
