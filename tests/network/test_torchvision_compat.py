"""torchvision works beside the torch that is installed; each test in a Python of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest


def _python(program: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def test_resnet18_reads_a_batch_and_asking_again_gives_the_same_module() -> None:
    printed = _python("""
import torch
from xraydesk.network.torchvision_compat import import_torchvision
torchvision = import_torchvision()
assert import_torchvision() is torchvision
network = torchvision.models.resnet18(num_classes=3).eval()
with torch.inference_mode():
    print(tuple(network(torch.zeros(2, 3, 64, 64)).shape))
""")
    assert printed == "(2, 3)"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere torchvision comes with its own operators")
def test_operators_are_declared_exactly_where_torchvision_fails_without_them() -> None:
    printed = _python("""
import sys
try:
    import torchvision
    works_alone = True
except RuntimeError as error:
    assert "torchvision::nms does not exist" in str(error)
    works_alone = False
for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
    del sys.modules[name]
from xraydesk.network import torchvision_compat
real = torchvision_compat._real_operators_load()
torchvision_compat._real_operators_load = lambda: real  # a library is loaded once in a process
if not real:
    torchvision_compat.import_torchvision()
print(works_alone, bool(torchvision_compat._libraries))
""")
    assert printed in ("True False", "False True")
