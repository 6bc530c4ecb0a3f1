"""The nodes as ComfyUI sees them: what they take, what they give back, and how they show progress."""

import comfy.model_management
import comfy.utils

from . import inputs, pictures
from .access import Access
from .rendering import Rendering

CATEGORY = "DemoFusion"
ACCESS = "DEMOFUSION_COORDINATOR"
SETTINGS = "DEMOFUSION_SETTINGS"

# Progress bars count in whole numbers.
UNITS_PER_IMAGE = 1000


class DemoFusionCoordinator:
    """Which coordinator, and how to get in. Tokens are no inputs: those are saved in workflows and images."""

    DESCRIPTION = (
        "Where a demofusion coordinator answers. Its access token is taken from the environment or from a file in"
        " ComfyUI's user folder, so that no workflow and no image contains it; see the README."
    )
    CATEGORY = CATEGORY
    RETURN_TYPES = (ACCESS,)
    RETURN_NAMES = ("coordinator",)
    FUNCTION = "connect"

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "address": (
                    "STRING",
                    {
                        "default": "",
                        "placeholder": "http://127.0.0.1:7980",
                        "tooltip": "http://HOST:PORT or https://HOST:PORT, with a path where a proxy wants one."
                        " Empty: $DEMOFUSION_COORDINATOR, or http://127.0.0.1:7980.",
                    },
                ),
            },
            "optional": {
                "ca_file": (
                    "STRING",
                    {
                        "default": "",
                        "tooltip": "A file with the certificates (PEM) of the farm's own authority, for https."
                        " Empty: HOST.crt in ComfyUI's user/__demofusion, $DEMOFUSION_CA, or those of the system.",
                    },
                ),
                "patience": (
                    "INT",
                    {
                        "default": 300,
                        "min": 0,
                        "max": 86400,
                        "tooltip": "How many seconds to wait for a coordinator that stops answering.",
                    },
                ),
            },
        }

    def connect(self, address, ca_file="", patience=300):
        return (Access(address, ca_file, patience),)


class DemoFusionSettings:
    """All settings of a request that the render node does not have itself."""

    DESCRIPTION = "DemoFusion's own settings, SDXL's conditioning, and how the farm treats the job."
    CATEGORY = CATEGORY
    RETURN_TYPES = (SETTINGS,)
    RETURN_NAMES = ("settings",)
    FUNCTION = "collect"

    @classmethod
    def INPUT_TYPES(cls):
        # Optional, so that workflows saved before a setting existed still run.
        return {"required": {}, "optional": inputs.widgets(inputs.SETTINGS)}

    def collect(self, **given):
        return (inputs.values(inputs.SETTINGS, given),)


class DemoFusionRender:
    """Generates images on the farm, and waits for them."""

    DESCRIPTION = (
        "Generates images with DemoFusion on a farm. With an image connected it starts from that (image to image)."
        " With a mask too, only what that covers is drawn anew. A batch becomes one job per image with consecutive"
        " seeds."
    )
    CATEGORY = CATEGORY
    RETURN_TYPES = ("IMAGE", "STRING")
    RETURN_NAMES = ("image", "jobs")
    FUNCTION = "render"

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "coordinator": (ACCESS,),
                **inputs.widgets(inputs.PROMPTS),
                **inputs.SIZE,
                **inputs.widgets(inputs.SAMPLING),
                **inputs.BATCH,
            },
            "optional": {
                "settings": (SETTINGS,),
                "image": ("IMAGE", {"tooltip": inputs.help_of("image")}),
                **inputs.widgets(inputs.START),
                "mask": ("MASK", {"tooltip": inputs.help_of("mask")}),
            },
        }

    def render(self, coordinator, width, height, seed, batch_size=1, settings=None, image=None, mask=None, **given):
        request = dict(settings or {})
        request.update(inputs.values(inputs.PROMPTS + inputs.SAMPLING + inputs.START, given))
        request.update(pictures.mask_of(image, mask))
        if "mask" not in request and "outpaint" not in request:  # those draw at the picture's own size
            request.update(inputs.size(width, height))
        requests = inputs.batch(request, seed, batch_size, pictures.sources(image))
        rendering = Rendering(coordinator.client(), requests)
        progress = comfy.utils.ProgressBar(UNITS_PER_IMAGE * len(requests))
        try:
            return (pictures.batch(self._follow(rendering, progress)), "\n".join(rendering.job_ids()))
        except comfy.model_management.InterruptProcessingException:
            rendering.cancel()
            raise

    @staticmethod
    def _follow(rendering, progress):
        """The images in order, as tensors; until then, what happens to them."""
        for event in rendering.events(comfy.model_management.throw_exception_if_processing_interrupted):
            done = round(UNITS_PER_IMAGE * (event.index + event.fraction))
            shown = pictures.preview(event.preview) if event.preview else None
            progress.update_absolute(done, preview=shown)
            if event.image is not None:
                yield pictures.tensor(event.image)
