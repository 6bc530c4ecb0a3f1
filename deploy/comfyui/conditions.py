"""Nodes that steer an image by pictures: each adds one thing to the settings that a render node takes."""

import json

from . import pictures
from .errors import FarmError

CATEGORY = "DemoFusion"
SETTINGS = "DEMOFUSION_SETTINGS"
CONTROLNETS = "controlnets"
ADAPTERS = "ipAdapters"
NONE = "none"

# As the coordinator has them.
UNION_TYPES = ("openpose", "depth", "hed", "canny", "normal", "segment", "tile", "repaint")
MODES = ("plain", "soft", "soft-upscale")
RESIZES = ("fresh", "chain")
FITS = (NONE, "stretch", "crop")
MAKES = (NONE, "canny", "invert")
BLOCKS = ("all", "style", "layout", "style+layout")
INPAINT = "inpaint"
PHASE = "phase"

SPAN = {
    side: (
        "FLOAT",
        {"default": default, "min": 0.0, "max": 1.0, "step": 0.05, "round": False, "tooltip": tooltip},
    )
    for side, default, tooltip in (
        ("start", 0.0, "The share of each phase's steps before which it does not count."),
        ("end", 1.0, "The share of each phase's steps behind which it does not count."),
    )
}


def _name(what):
    return ("STRING", {"default": "", "tooltip": "Of the %s's file in the farm's store, without its ending." % what})


def _settings():
    return (SETTINGS, {"tooltip": "Settings that this is added to; none: it begins new ones."})


def _weight(most, tooltip):
    return (
        "FLOAT",
        {"default": 1.0, "min": 0.0, "max": most, "step": 0.05, "round": False, "tooltip": tooltip},
    )


def added(settings, field, entry):
    """The settings with one entry more in a list, which may be there as text."""
    given = (settings or {}).get(field, [])
    try:
        entries = json.loads(given) if isinstance(given, str) else given
    except ValueError as e:
        raise FarmError("%s of the settings is no JSON list: %s" % (field, e)) from e
    if not isinstance(entries, list):
        raise FarmError("%s of the settings must be a JSON list, so that another can be added" % field)
    return {**(settings or {}), field: [*entries, entry]}


def by_phase(text):
    """
    One weight, or one for each phase.

    :param text: "0.8" or "1, 0.5"
    """
    try:
        return [float(each) for each in text.split(",")]
    except ValueError as e:
        raise FarmError("weights \"%s\" must be numbers with commas, one for each phase, such as 1,0.5" % text) from e


class DemoFusionControlNet:
    """A ControlNet, with the picture that it follows."""

    DESCRIPTION = (
        "Adds a ControlNet to settings: the image keeps to the structure of a picture (edges, depth, a pose …), which is"
        " brought ready made. Without a picture it follows the phase before, as tile models do."
    )
    CATEGORY = CATEGORY
    RETURN_TYPES = (SETTINGS,)
    RETURN_NAMES = ("settings",)
    FUNCTION = "add"

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "name": _name("ControlNet"),
                "weights": (
                    "STRING",
                    {"default": "1", "tooltip": "0 to 4; with commas one for each phase, the last for all that follow."},
                ),
                **SPAN,
                "mode": (list(MODES), {"default": "plain", "tooltip": "soft leaves the prompt more room."}),
                "resize": (list(RESIZES), {"default": "fresh", "tooltip": "How the picture gets each phase's size."}),
                "fit": (list(FITS), {"default": NONE, "tooltip": "What becomes of a picture of another aspect."}),
                "make": (list(MAKES), {"default": NONE, "tooltip": "What is made of the picture first."}),
                "type": (
                    [NONE, INPAINT, *UNION_TYPES],
                    {"default": NONE, "tooltip": "Of a union: what the picture is. inpaint: the render node's image and mask."},
                ),
            },
            "optional": {
                "settings": _settings(),
                "image": ("IMAGE", {"tooltip": "The picture that it follows. None: that of the phase before."}),
            },
        }

    def add(self, name, weights, start, end, mode, resize, fit, make, type, settings=None, image=None):
        entry = {"name": name, "weights": by_phase(weights), "start": start, "end": end, "mode": mode, "resize": resize}
        entry.update({key: value for key, value in (("fit", fit), ("make", make), ("type", type)) if value != NONE})
        if type == INPAINT and image is not None:
            raise FarmError("ControlNet %s of type inpaint follows the render node's image: disconnect its own" % name)
        if type != INPAINT:
            entry["image"] = PHASE if image is None else _one(image, "ControlNet " + name)
        return (added(settings, CONTROLNETS, entry),)


class DemoFusionIPAdapter:
    """An IP-Adapter, with the pictures that the image is to resemble."""

    DESCRIPTION = "Adds an IP-Adapter to settings: the image resembles the pictures that it is shown."
    CATEGORY = CATEGORY
    RETURN_TYPES = (SETTINGS,)
    RETURN_NAMES = ("settings",)
    FUNCTION = "add"

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "name": _name("IP-Adapter"),
                "images": ("IMAGE", {"tooltip": "The pictures; each of a batch is one."}),
                "weight": _weight(2.0, "In phase 1 and in dilated views."),
                "local": (
                    "FLOAT",
                    {
                        "default": -1.0,
                        "min": -1.0,
                        "max": 2.0,
                        "step": 0.05,
                        "round": False,
                        "tooltip": "In the tiles of later phases; a high one draws the subject into each. -1: the weight.",
                    },
                ),
                **SPAN,
                "blocks": (list(BLOCKS), {"default": "all", "tooltip": "Where it counts; the others are for SDXL."}),
                "fit": (["crop", "squash"], {"default": "crop", "tooltip": "How a picture becomes a square."}),
            },
            "optional": {"settings": _settings()},
        }

    def add(self, name, images, weight, local, start, end, blocks, fit, settings=None):
        entry = {"name": name, "images": pictures.sources(images), "weight": weight}
        if local >= 0:
            entry["local"] = local
        entry.update(start=start, end=end, blocks=blocks, fit=fit)
        return (added(settings, ADAPTERS, entry),)


def _one(image, what):
    files = pictures.sources(image)
    if len(files) != 1:
        raise FarmError("%s follows one picture, but a batch of %d is connected" % (what, len(files)))
    return files[0]
