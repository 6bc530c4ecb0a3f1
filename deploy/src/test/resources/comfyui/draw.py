"""The nodes against a real farm with the miniature: draw.py NODES URL TOKEN CA. Ends with "all is well"."""

import base64
import importlib
import io
import json
import os
import ssl
import sys
import threading
import time
import urllib.request
from pathlib import Path

import loading

loading.NODES, url, token, ca = Path(sys.argv[1]).resolve(), *sys.argv[2:]
os.environ.update(DEMOFUSION_COORDINATOR=url, DEMOFUSION_TOKEN=token, DEMOFUSION_CA=ca)
package = loading.load()

import comfy.model_management  # noqa: E402, the stand-in
import comfy.utils  # noqa: E402
import numpy  # noqa: E402
from PIL import Image  # noqa: E402

Coordinator, Settings, Render = (
    package.NODE_CLASS_MAPPINGS["DemoFusion" + each] for each in ("Coordinator", "Settings", "Render")
)
FOX = dict(prompt="a fox", width=256, height=192, steps=4, scheduler="ddim")
context = ssl.create_default_context(cafile=ca) if ca else None


def ask(path, body=None):
    """The API without the nodes."""
    request = urllib.request.Request(url + path, data=body and json.dumps(body).encode())
    request.add_header("Authorization", "Bearer " + token)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, context=context, timeout=60) as answer:
        return answer.read()


def picture(job):
    while True:
        view = json.loads(ask("/v1/jobs/" + job))
        assert view["state"] not in ("failed", "cancelled"), view
        if view["state"] == "done":
            return numpy.asarray(Image.open(io.BytesIO(ask("/v1/jobs/%s/image" % job))))
        time.sleep(0.05)


def drawn_by_the_api(**request):
    body = {"prompt": "a fox", "size": "256x192", "steps": 4, "scheduler": "ddim", "seed": 7, **request}
    return picture(json.loads(ask("/v1/jobs", body))["id"])


def render(**given):
    (coordinator,) = Coordinator().connect("")
    images, jobs = Render().render(coordinator, **{**FOX, **given})
    pixels = images.numpy()
    assert pixels.dtype == numpy.float32 and pixels.min() >= 0 and pixels.max() <= 1
    return pixels, jobs.split()


def as_bytes(pixels):
    return numpy.rint(255 * pixels).astype(numpy.uint8)


def text_to_image():
    (settings,) = Settings().collect(stride=8, cosine_scale_1=2.0, jitter=False, threads=1)
    pixels, jobs = render(seed=7, settings=settings, previews=True, width=512, height=384)

    assert pixels.shape == (1, 384, 512, 3), pixels.shape
    assert (as_bytes(pixels[0]) == picture(jobs[0])).all()
    plain = drawn_by_the_api(size="512x384", stride=8, cosineScale1=2.0, jitter=False, threads=1)
    assert (as_bytes(pixels[0]) == plain).all()
    shown = comfy.utils.BARS[-1].shown
    assert shown[-1][0] == 1000 and [each for each, _ in shown] == sorted(each for each, _ in shown), shown
    previews = [preview for _, preview in shown if preview]
    assert previews and all(kind == "JPEG" and max(image.size) <= side for kind, image, side in previews)


def batches():
    pixels, jobs = render(seed=7, batch_size=2)

    assert pixels.shape == (2, 192, 256, 3) and len(jobs) == 2
    assert (as_bytes(pixels[0]) == drawn_by_the_api()).all()
    assert [json.loads(ask("/v1/jobs/" + job))["seed"] for job in jobs] == [7, 8]
    again, _ = render(seed=2**63 + 8)
    assert (again[0] == pixels[1]).all()
    return pixels


def image_to_image(start):
    import torch

    pixels, jobs = render(seed=7, image=torch.from_numpy(start), strength=0.5)

    assert pixels.shape == (2, 192, 256, 3) and len(jobs) == 2
    file = io.BytesIO()
    Image.fromarray(as_bytes(start[0])).save(file, "PNG")
    same = drawn_by_the_api(image=base64.b64encode(file.getvalue()).decode(), strength=0.5)
    assert (as_bytes(pixels[0]) == same).all()
    assert (pixels[0] != start[0]).any()


def blank_negative_prompts():
    none, _ = render(seed=7, negative_prompt="")
    empty, _ = render(seed=7, negative_prompt=" ")

    assert (as_bytes(none[0]) == drawn_by_the_api()).all()
    assert (as_bytes(empty[0]) == drawn_by_the_api(negativePrompt="")).all()


def new_jobs(before):
    return [job for job in json.loads(ask("/v1/jobs"))["jobs"] if job["id"] not in before]


def interrupt_when_there_are_two(before):
    while len(new_jobs(before)) < 2:
        time.sleep(0.2)
    comfy.model_management.interrupt_current_processing()


def interruption():
    before = {job["id"] for job in json.loads(ask("/v1/jobs"))["jobs"]}
    threading.Thread(target=interrupt_when_there_are_two, args=(before,)).start()
    try:
        render(seed=7, width=1024, height=1024, steps=900, batch_size=2)
        raise AssertionError("not interrupted")
    except comfy.model_management.InterruptProcessingException:
        pass
    jobs = new_jobs(before)
    assert len(jobs) == 2 and all(job["state"] == "cancelled" for job in jobs), jobs


def refusals():
    for given, words in (
        (dict(width=256, height=0), "give both sides"),
        (dict(settings={"stride": 4000}), "stride 4000"),
        (dict(settings={"crop": "left"}), "crop"),
        (dict(model="nobody has it"), "nobody has it"),
    ):
        try:
            render(seed=7, **given)
            raise AssertionError("not refused: %s" % given)
        except Exception as e:
            assert type(e).__name__ == "Refused" or type(e).__name__ == "FarmError", repr(e)
            assert words in str(e) and "\n" not in str(e), e


def images_of_all_kinds():
    import torch

    pictures = importlib.import_module("demofusion_nodes.pictures")
    colours = numpy.arange(48, dtype=numpy.float32).reshape(1, 4, 4, 3) / 47
    grey, alpha = colours[..., :1], numpy.concatenate([colours, 0 * colours[..., :1]], axis=-1)
    for given, seen in ((colours, colours), (alpha, colours), (grey, grey.repeat(3, axis=-1)), (3 * colours - 1, None)):
        (file,) = pictures.sources(torch.from_numpy(given))
        back = pictures.tensor(base64.b64decode(file)).numpy()
        wanted = numpy.clip(given, 0, 1) if seen is None else seen
        assert (as_bytes(back) == as_bytes(wanted)).all()
    for wrong, words in ((0 * colours + numpy.nan, "NaN"), (colours[..., :2], "channels")):
        try:
            pictures.sources(torch.from_numpy(wrong))
            raise AssertionError("taken: " + words)
        except pictures.FarmError as e:
            assert words in str(e), e


def foreign_certificates():
    del os.environ["DEMOFUSION_CA"]
    try:
        render(seed=7)
        raise AssertionError("a certificate of nobody's was trusted")
    except Exception as e:
        assert "did not present a trusted certificate" in str(e), repr(e)


images_of_all_kinds()
text_to_image()
image_to_image(batches())
blank_negative_prompts()
interruption()
refusals()
if ca:
    foreign_certificates()
print("all is well")
