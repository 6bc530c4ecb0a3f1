"""ComfyUI's images (batch, height, width, channels; float32 in [0, 1]) to and from PNG."""

import base64
import io

import numpy
import torch
from PIL import Image, PngImagePlugin

from .errors import FarmError

# As large as ComfyUI shows samplers' previews by default.
PREVIEW_SIDE = 512


def sources(images):
    """
    Pictures to start from, as base64 of PNG files.

    :param images: (batch, height, width, channels), of which the first three count; None: none
    """
    return [] if images is None else [base64.b64encode(png(image)).decode() for image in images]


def mask_of(image, mask):
    """
    A mask's field of a request; nothing where there is none.

    :param image: that it belongs to; None: none
    :param mask: (height, width) or (1, height, width), 1 where the image is drawn anew; None: none
    """
    if mask is None:
        return {}
    if image is None:
        raise FarmError("a mask without an image: connect the image that it belongs to")
    if len(mask.shape) == 3 and mask.shape[0] > 1:
        raise FarmError("a batch of %d masks: connect one mask, which counts for all images" % mask.shape[0])
    grey = mask[0] if len(mask.shape) == 3 else mask
    return {"mask": base64.b64encode(png(grey[..., None])).decode()}


def png(image):
    """
    :param image: (height, width, channels)
    """
    if image.shape[-1] not in (1, 3, 4):
        raise FarmError("an image of shape %s: the last side must be 1, 3 or 4 channels" % (tuple(image.shape),))
    pixels = numpy.asarray(image.cpu().float().numpy(), dtype=numpy.float32)
    if not numpy.isfinite(pixels).all():
        raise FarmError("the connected image contains values that are no numbers (NaN or infinity)")
    bytes_ = numpy.rint(255 * numpy.clip(pixels, 0, 1)).astype(numpy.uint8)
    # Without the transparency, as ComfyUI's own nodes encode images.
    colours = bytes_.repeat(3, axis=-1) if bytes_.shape[-1] == 1 else bytes_[..., :3]
    file = io.BytesIO()
    Image.fromarray(numpy.ascontiguousarray(colours)).save(file, "PNG", compress_level=4)
    return file.getvalue()


def tensor(file):
    """
    An image of a batch of one.

    :param file: bytes of a PNG
    """
    return torch.from_numpy(numpy.asarray(_opened(file), dtype=numpy.float32) / 255.0)[None,]


def batch(tensors):
    return torch.cat(list(tensors), dim=0)


def preview(file):
    """As ComfyUI's progress bar takes it: a format, an image, its largest side."""
    image = _opened(file)
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return "JPEG", image, PREVIEW_SIDE


def _opened(file):
    # Image.open refuses what is far larger than photographs, which is what farms are for.
    return PngImagePlugin.PngImageFile(io.BytesIO(file)).convert("RGB")
