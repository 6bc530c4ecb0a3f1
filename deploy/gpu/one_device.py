#!/usr/bin/env python3
"""Runs SDXL's networks at their true shapes on pretended CUDA tensors: shapes and types, no values, no GPU.

    one_device.py FOLDER

FOLDER has NETWORK.pt (TorchScript without weights) and NETWORK.json (names and shapes of its weights), as OneDeviceIT of the
worker writes them; that test runs this script with -Dtorch.python=PYTHON. Pretended tensors refuse to mix with the CPU's, as a
GPU's do, so a tensor that a network makes on the wrong device is found here. The CPU build of torch is enough.
"""
import json
import sys
import warnings
from pathlib import Path

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

warnings.filterwarnings("ignore", category=FutureWarning)  # of TorchScript's age
FOLDER = Path(sys.argv[1])
DEVICE = torch.device("cuda:0")
MODE = FakeTensorMode()
checked = 0


def floats(*shape):
    return torch.empty(shape, dtype=torch.float32, device=DEVICE)


def words(*shape):
    return torch.empty(shape, dtype=torch.int64, device=DEVICE)


class Network:
    """Methods of a TorchScript module by their names there, some of which torch.nn.Module has for itself."""

    def __init__(self, file):
        self.module = torch.jit.load(str(file), map_location="cpu")

    def __getattr__(self, method):
        return self.module._c._get_method(method)


def network(name):
    module = Network(FOLDER / f"{name}.pt")
    layout = json.loads((FOLDER / f"{name}.json").read_text())
    with MODE:
        for weight, shape in layout.items():
            module.put(weight, torch.empty(shape, dtype=torch.float16, device=DEVICE), False)
    return module, layout


def count(run):
    """A network's operations, as torch counts them."""
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


def compare(what, counted):
    """With those that plans reckon with, which OneDeviceIT wrote down."""
    reckoned = json.loads((FOLDER / "flop.json").read_text())[what]
    if not abs(counted / reckoned - 1) < 0.01:
        sys.exit(f"{what}: {counted:.4g} operations where plans reckon with {reckoned:.4g}")
    print(f"{what}: {counted / 1e12:.4g} TFLOP counted, {reckoned / 1e12:.4g} reckoned")


def check(what, tensor, shape, dtype=torch.float32):
    global checked
    found = (tensor.device, tuple(tensor.shape), tensor.dtype)
    if found != (DEVICE, tuple(shape), dtype):
        sys.exit(f"{what}: {found} where {(DEVICE, tuple(shape), dtype)} was wanted")
    checked += 1


def unet():
    module, layout = network("unet")
    with MODE:
        module.ready(floats(1))
        for joined in (False, True):
            for views, height, width in ((4, 128, 128), (1, 89, 160)):
                shape = (views, 4, height, width)
                for rescale in (0.0, 0.7):
                    y = module.guided(floats(*shape), floats(1), floats(2, 77, 2048), 7.5, rescale, floats(2, 1280), floats(views, 6))
                    check("guided", y, shape)
                y = module.half(floats(*shape), floats(1), floats(1, 77, 2048), 1.0, floats(1, 1280), floats(views, 6))
                check("half", y, shape)
                y = module.split(floats(*shape), floats(1), floats(2, 77, 2048), 7.5, 0.0, 2.0, floats(height, height),
                                 floats(width, width), floats(2, 1280), floats(views, 6))
                check("split", y, shape)
            for name in layout if not joined else ():
                stem = name.removesuffix(".to_q.weight")
                if stem == name:
                    continue
                parts = [f"{stem}.to_{part}.weight" for part in ("qkv" if stem.endswith("attn1") else "kv")]
                module.join(f"{stem}.to_{'qkv' if stem.endswith('attn1') else 'kv'}.weight", parts)
        compare("unet", count(lambda: module.half(floats(1, 4, 128, 128), floats(1), floats(1, 77, 2048), 1.0, floats(1, 1280), floats(1, 6))))
        # A LoRA makes weights anew, in float32.
        name = "mid_block.attentions.0.proj_in.weight"
        module.replace(name, floats(*layout[name]))
        check("replace", module.weight(name), layout[name], torch.float16)


def vae(name):
    module, _ = network(name)
    with MODE:
        check("decode", module.decode(floats(1, 4, 128, 128)), (1, 3, 1024, 1024))
        survey = module.collect_survey(floats(3, 4, 96, 96), 16)
        for layer, tensor in survey.items():
            check(layer, tensor, tensor.shape)
        check("decode_tile", module.decode_tile(floats(1, 4, 96, 80), survey), (1, 3, 768, 640))
        compare("decode", count(lambda: module.decode(floats(1, 4, 128, 128))))
        compare("encode", count(lambda: module.encode(floats(1, 3, 1024, 1024))))
        for part in module.encode(floats(1, 3, 1024, 1024)):
            check("encode", part, (1, 4, 128, 128))


def tower(name, width):
    module, _ = network(name)
    with MODE:
        for replaced in (False, True):
            rows = floats(1, width) if replaced else floats(1, 1, 1)
            text = (words(1, 77), replaced, words(1), rows)
            check("states", module.states(*text, 2, replaced), (1, 77, width))
            if name == "tower-2":
                states, pooled = module.states_and_pooled(*text, 2, replaced, words(1))
                check("states", states, (1, 77, width))
                check("pooled", pooled, (1, 1280))
        return count(lambda: module.states(words(1, 77), False, words(1), floats(1, 1, 1), 0, True))


def refuses_to_mix():
    """Or the rest would prove nothing."""
    module, _ = network("unet")
    try:
        with MODE:
            module.ready(torch.empty(1, device="cpu"))
            module.half(floats(1, 4, 128, 128), floats(1), floats(1, 77, 2048), 1.0, floats(1, 1280), floats(1, 6))
    except RuntimeError:
        return  # the same call with frequencies on the device has passed
    sys.exit("frequencies on the CPU were not noticed")


with torch.no_grad():
    torch._C._set_graph_executor_optimize(False)  # as TorchThread does
    unet()
    refuses_to_mix()
    vae("vae")
    vae("vae-float32")
    compare("text", tower("tower-1", 768) + tower("tower-2", 1280))
print(f"torch {torch.__version__}: {checked} results of SDXL's networks, every tensor is on one device")
