"""Loads the nodes as ComfyUI loads a folder of custom_nodes, with stand-ins for what of ComfyUI they use."""

import importlib.util
import sys
import types
from pathlib import Path

NODES = None
_HERE = Path(__file__).parent


def load(needs_pictures=True):
    """
    The package.

    :param needs_pictures: whether numpy and Pillow must be there; torch has a stand-in of its own
    """
    if "demofusion_nodes" in sys.modules:
        return sys.modules["demofusion_nodes"]
    sys.path.insert(0, str(_HERE / "standin"))
    if not needs_pictures:
        for name in ("torch", "numpy", "PIL", "PIL.Image", "PIL.PngImagePlugin"):
            sys.modules[name] = types.ModuleType(name)
        sys.modules["PIL"].Image = sys.modules["PIL.Image"]
        sys.modules["PIL"].PngImagePlugin = sys.modules["PIL.PngImagePlugin"]
    sys.path.append(str(_HERE / "standin_torch"))  # a real torch goes first
    spec = importlib.util.spec_from_file_location("demofusion_nodes", str(NODES / "__init__.py"))
    package = importlib.util.module_from_spec(spec)
    sys.modules["demofusion_nodes"] = package
    spec.loader.exec_module(package)
    return package


def part(name):
    """One of its modules."""
    load(needs_pictures=False)
    return importlib.import_module("demofusion_nodes." + name)
