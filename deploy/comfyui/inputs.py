"""Inputs of nodes, made of the coordinator's own table of fields (fields.json), and the requests made of them.

Which node has which field, in which order, is written here: ComfyUI saves a node's values by their places, so new
fields go to the end of a tuple. A test holds the tuples to the table.
"""

import json
import os
import re

from .errors import FarmError

with open(os.path.join(os.path.dirname(__file__), "fields.json"), encoding="utf-8") as _file:
    FIELDS = {field["name"]: field for field in json.load(_file)}

# Of the render node.
PROMPTS = ("prompt", "negativePrompt")
SAMPLING = ("seed", "steps", "guidanceScale", "scheduler", "model", "previews")
START = ("strength",)
# Made of inputs of other kinds: width and height, an IMAGE and a MASK.
COMPOSED = ("size", "image", "mask")

# Of the settings node.
SETTINGS = (
    "method",
    "stride",
    "viewBatch",
    "sigma",
    "cosineScale1",
    "cosineScale2",
    "cosineScale3",
    "skipResidual",
    "dilated",
    "progressive",
    "gaussian",
    "jitter",
    "guidanceRescale",
    "referenceOddities",
    "prompt2",
    "negativePrompt2",
    "originalSize",
    "targetSize",
    "crop",
    "threads",
    "priority",
    "webhook",
    "clipSkip",
    "promptSyntax",
    "loras",
    "phases",
    "phaseStrength",
    "windowWeights",
    "windowSpacing",
    "windowInteraction",
    "regionNoise",
    "guidanceHigh",
    "guidanceSplit",
    "structureCutoff",
    "frequencyMixing",
    "structureGuidance",
    "fastLora",
    "inversion",
    "fastTimestep",
    "fastSteps",
    "fastScheduler",
    "injection",
    "eta",
    "upscaler",
    "regions",
    "regionBase",
    "controlnets",
    "ipAdapters",
    "maskFeather",
    "outpaint",
    "outpaintOverlap",
    "inpaintArea",
    "padding",
)

# What the farm chooses where nothing is given.
DEFAULT_CHOICE = "default"
# Of a number whose range may begin with 0.
UNSET = -1.0
LARGEST_SIDE = 65536
LARGEST_BATCH = 64

# Prompts, where a blank text is something else than none.
PROSE = {
    "prompt": "",
    "prompt2": "",
    "negativePrompt": " Empty: none, as diffusers does it for SDXL; a space: an empty one, as ComfyUI encodes it.",
    "negativePrompt2": " A space: an empty one.",
}

SIZE = {
    side: (
        "INT",
        {
            "default": 2048,
            "min": 0,
            "max": LARGEST_SIDE,
            "step": 8,
            "tooltip": "In pixels. 0 for both sides: twice the model's native size.",
        },
    )
    for side in ("width", "height")
}

BATCH = {
    "batch_size": (
        "INT",
        {
            "default": 1,
            "min": 1,
            "max": LARGEST_BATCH,
            "tooltip": "How many images, or how many of each connected image; their seeds are consecutive.",
        },
    )
}


def input_name(field_name):
    """cosineScale1 as cosine_scale_1."""
    return re.sub(r"(?<=[a-z])(?=[A-Z0-9])", "_", field_name).lower()


def widgets(field_names):
    return {input_name(name): _widget(FIELDS[name]) for name in field_names}


def help_of(field_name):
    field = FIELDS[field_name]
    otherwise = field.get("otherwise")
    return field["help"] + (" Default: %s." % otherwise if otherwise else "")


def _widget(field):
    name = field["name"]
    options = {"tooltip": help_of(name)}
    standard = field.get("standard")
    if field["choices"]:
        free = [] if standard is not None else [DEFAULT_CHOICE]
        options["default"] = standard if standard is not None else DEFAULT_CHOICE
        return free + field["choices"], options
    kind = field["type"]
    if kind == "boolean":
        # Whoever looks at a node wants to see something.
        options["default"] = name == "previews" or bool(standard)
        return "BOOLEAN", options
    if kind == "integer":
        options["default"] = standard if standard is not None else 0
        # 0 where the table has no 0 means that the farm chooses.
        options["min"] = min(field["minimum"], options["default"])
        options["max"] = field["maximum"]
        if _has_unset(field):
            options["default"] = options["min"] = int(UNSET)
            options["tooltip"] += " -1: the default."
        if name == "seed":
            options["max"] = 2**64 - 1
            options["control_after_generate"] = True
            bounds = (field["maximum"], field["maximum"] + 1)
            options["tooltip"] = field["help"] + " Seeds above %d are taken modulo %d." % bounds
        return "INT", options
    if kind == "number":
        options["default"] = float(standard if standard is not None else field["maximum"])
        options["min"] = float(field["minimum"])
        if _has_unset(field):
            options["default"] = options["min"] = UNSET
            options["tooltip"] += " -1: the default."
        options["max"] = float(field["maximum"])
        options["step"] = 0.05 if field["maximum"] <= 1 else 0.1
        options["round"] = False  # what was typed is what is sent
        return "FLOAT", options
    options["default"] = standard if standard is not None else ""
    if name in PROSE:
        options["tooltip"] += PROSE[name]
        options["multiline"] = True
        options["dynamicPrompts"] = True
    elif "example" in field:
        options["placeholder"] = field["example"]
    return "STRING", options


def _has_unset(field):
    """Whether a number is left to the farm by one below its range: all of the range may be meant."""
    if field.get("standard") is not None or field["name"] in START + SAMPLING:
        return False
    return field["type"] == "number" or (field["type"] == "integer" and field["minimum"] == 0)


def values(field_names, given):
    """The fields of a request that inputs say something about; what the farm shall choose is left out."""
    request = {}
    for name in field_names:
        value = given.get(input_name(name))
        if value is not None and not _is_left_to_the_farm(FIELDS[name], value):
            request[name] = value
    return request


def _is_left_to_the_farm(field, value):
    if field["choices"]:
        return value == DEFAULT_CHOICE
    if isinstance(value, str):
        return not field["required"] and not (value if field["name"] in PROSE else value.strip())
    if _has_unset(field):
        return value < field["minimum"]
    return field["type"] == "integer" and value == 0 < field["minimum"]


def size(width, height):
    if bool(width) != bool(height):
        raise FarmError(
            "width %d and height %d: give both sides, or 0 for both to have twice the model's native size"
            % (width, height)
        )
    return {"size": "%dx%d" % (width, height)} if width else {}


def batch(request, seed, batch_size, images):
    """
    One request for each image, with consecutive seeds.

    :param images: pictures to start from, as base64; empty: none
    """
    if images and "strength" not in request:
        request = dict(request, strength=float(FIELDS["strength"]["maximum"]))
    if not images:
        request = {name: value for name, value in request.items() if name != "strength"}
    requests = []
    for image in images or [None]:
        for _ in range(batch_size):
            one = dict(request, seed=(seed + len(requests)) % (FIELDS["seed"]["maximum"] + 1))
            requests.append(one if image is None else dict(one, image=image))
    return requests
