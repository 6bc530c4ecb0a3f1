"""Other people's clients against a farm: python clients.py URL TOKEN. Ends with "all is well"."""

import base64
import io
import sys
import threading
import time

import openai
import requests
import webuiapi
from PIL import Image

url, token = sys.argv[1:]
host, port = url.removeprefix("http://").split(":")
SIZE = dict(width=256, height=192)


def web_ui():
    api = webuiapi.WebUIApi(host=host, port=int(port), steps=4, sampler="DDIM")
    api.set_auth("ann", token)
    assert api.util_get_model_names()[0].startswith("miniature"), api.util_get_model_names()
    assert "Euler a" in api.util_get_sampler_names()
    assert "Automatic" in [each["label"] for each in api.get_schedulers()]
    assert api.get_scripts()["txt2img"] == ["demofusion", "tiled diffusion", "tiled vae", "controlnet"]
    assert api.get_memory()["ram"]["total"] > 0
    assert api.get_upscalers() and api.get_cmd_flags()
    for nothing in (api.get_sd_vae, api.get_loras, api.get_hypernetworks, api.get_face_restorers,
                    api.get_prompt_styles, api.get_latent_upscale_modes, api.get_realesrgan_models):
        assert nothing() == [], nothing
    assert api.controlnet_version() == 3
    assert api.controlnet_model_list() == [] and "canny" in api.controlnet_module_list()
    api.get_embeddings()
    api.refresh_checkpoints()
    api.util_set_model("miniature")
    assert api.util_get_current_model().startswith("miniature")

    drawn = api.txt2img(prompt="a fox", negative_prompt="a hound", seed=7, n_iter=2, **SIZE,
                        alwayson_scripts={"demofusion": {"args": [{"cosine_scale_1": 2}]}})
    assert [each.size for each in drawn.images] == [(256, 192)] * 2
    assert drawn.info["all_seeds"] == [7, 8] and drawn.info["sampler_name"] == "DDIM"
    assert "DemoFusion cosine 1: 2.0" in drawn.image.info["parameters"]
    assert drawn.info["infotexts"][0] == drawn.image.info["parameters"]
    said = api.png_info(drawn.image)
    assert said.info == drawn.image.info["parameters"]
    assert said.parameters == "" or said.parameters["Seed"] == "7"

    again = api.txt2img(prompt="a fox", negative_prompt="a hound", seed=7, **SIZE,
                        override_settings={"demofusion_cosine_scale_1": 2})
    assert again.image.tobytes() == drawn.image.tobytes()

    other = api.img2img(images=[drawn.image], prompt="a lake", seed=3, denoising_strength=0.5, **SIZE)
    assert other.image.size == (256, 192) and other.info["denoising_strength"] == 0.5

    left = Image.new("L", other.image.size)
    left.paste(255, (0, 0, 128, 192))
    mended = api.img2img(images=[other.image], mask_image=left, inpainting_fill=1, inpaint_full_res=False, mask_blur=0,
                         prompt="a lake", seed=5, denoising_strength=0.9, **SIZE).image
    assert mended.crop((128, 0, 256, 192)).tobytes() == other.image.crop((128, 0, 256, 192)).tobytes()
    assert mended.tobytes() != other.image.tobytes()
    try:
        api.img2img(images=[other.image], mask_image=left, prompt="a lake", **SIZE)
        raise AssertionError("drawn with a mask that is filled first")
    except RuntimeError as e:
        assert e.args[0] == 400 and "inpainting_fill 0 (fill)" in e.args[1], e
    unit = webuiapi.ControlNetUnit(image=other.image, module="depth_midas", model="depth")
    try:
        # a dictionary of its own: webuiapi keeps units in its default one for all later calls
        api.txt2img(prompt="a fox", controlnet_units=[unit], alwayson_scripts={}, **SIZE)
        raise AssertionError("drawn without a depth map")
    except RuntimeError as e:
        assert e.args[0] == 400 and "a depth map ready made" in e.args[1], e

    twice = api.txt2img(prompt="a fox", seed=1, enable_hr=True, hr_scale=2, **SIZE)
    assert twice.image.size == (512, 384)
    try:
        api.txt2img(prompt="a fox", sampler_name="Restart", **SIZE)
        raise AssertionError("drawn with a sampler that is not there")
    except RuntimeError as e:
        assert e.args[0] == 400 and "Sampler not found" in e.args[1], e


def interruption():
    api = webuiapi.WebUIApi(host=host, port=int(port), username="ann", password=token)
    answers = []
    drawing = threading.Thread(target=lambda: answers.append(
        api.txt2img(prompt="a fox", steps=900, sampler_name="DDIM", width=1024, height=1024)))
    drawing.start()
    looking = webuiapi.WebUIApi(host=host, port=int(port), username="ann", password=token)
    while looking.get_progress()["progress"] == 0:
        time.sleep(0.1)
    state = looking.get_progress()["state"]
    assert state["sampling_steps"] > 900 and state["job_count"] == 1, state
    looking.interrupt()
    drawing.join(60)
    assert len(answers) == 1 and not drawing.is_alive()
    assert looking.get_progress()["state"]["job_count"] == 0


def open_ai_edits(client, png):
    few = {"steps": 2, "seed": 7}
    one = client.images.edit(model="gpt-image-1", image=("fox.png", png, "image/png"), prompt="a hound",
                             extra_body={**few, "demofusion": {"strength": 0.5}})
    other = client.images.edit(model="gpt-image-1", image=[png], prompt="a hound", response_format="url",
                               extra_body={**few, "strength": 0.5})
    assert base64.b64decode(one.data[0].b64_json) == requests.get(other.data[0].url).content
    assert one.size == "256x192"
    raw = client.images.with_raw_response.edit(model="gpt-image-1", image=png, prompt="a hound", extra_body=few)
    assert raw.status_code == 200 and len(raw.parse().data) == 1
    for events, kind in [
        (client.images.generate(model="gpt-image-1", prompt="a fox", size="512x384", stream=True,
                                partial_images=3, extra_body=few), "image_generation"),
        (client.images.edit(model="gpt-image-1", image=png, prompt="a hound", size="512x384", stream=True,
                            partial_images=3, extra_body=few), "image_edit"),
    ]:
        *partial, last = events
        assert [each.type for each in partial] == [kind + ".partial_image"], partial
        assert partial[0].partial_image_index == 0
        assert last.type == kind + ".completed" and last.usage.total_tokens == 0
        assert Image.open(io.BytesIO(base64.b64decode(last.b64_json))).size == (512, 384)
    whole = Image.open(io.BytesIO(png)).convert("RGBA")
    whole.paste((0, 0, 0, 0), (0, 0, 64, 192))
    hole = io.BytesIO()
    whole.save(hole, "PNG")
    mended = client.images.edit(model="gpt-image-1", image=png, mask=hole.getvalue(), prompt="a hound", extra_body=few)
    drawn = Image.open(io.BytesIO(base64.b64decode(mended.data[0].b64_json)))
    kept = (128, 0, 256, 192)  # beyond the ramp around the mask
    assert drawn.crop(kept).tobytes() == Image.open(io.BytesIO(png)).convert("RGB").crop(kept).tobytes()
    for wrong, field in [(dict(mask=png), "mask"), (dict(image=[png, png]), "image")]:
        try:
            client.images.edit(**{**dict(model="gpt-image-1", image=png, prompt="a hound"), **wrong})
            raise AssertionError(wrong)
        except openai.BadRequestError as e:
            assert e.param == field and e.type == "invalid_request_error", e.message


def open_ai():
    client = openai.OpenAI(api_key=token, base_url=url + "/v1", max_retries=0)
    assert [each.id for each in client.models.list()] == ["miniature"]
    assert client.models.retrieve("miniature").owned_by == "demofusion"
    drawn = client.images.generate(
        model="dall-e-3", prompt="a fox", n=2, size="256x192", quality="hd",
        response_format="b64_json", extra_body={"demofusion": {"seed": 7, "steps": 4}})
    pictures = [Image.open(io.BytesIO(base64.b64decode(each.b64_json))) for each in drawn.data]
    assert [each.size for each in pictures] == [(256, 192)] * 2
    assert "Seed: 8" in pictures[1].info["parameters"]
    named = client.images.generate(prompt="a fox", size="256x192", extra_body={"steps": 4, "seed": 7})
    fetched = requests.get(named.data[0].url)
    assert fetched.status_code == 200, fetched.text
    assert requests.get(named.data[0].url, headers={"Authorization": "Bearer " + token}).ok
    assert requests.get(named.data[0].url[:-1]).status_code == 403
    assert "private" in fetched.headers["Cache-Control"]
    assert Image.open(io.BytesIO(fetched.content)).tobytes() == pictures[0].tobytes()
    sent = client.images.generate(model="gpt-image-1", prompt="a fox", size="256x192", quality="high",
                                  extra_body={"steps": 4, "seed": 7})
    assert base64.b64decode(sent.data[0].b64_json) == fetched.content and sent.data[0].url is None
    for form, kind in [("jpeg", "JPEG"), ("webp", "WEBP")]:
        sent = client.images.generate(model="gpt-image-1", prompt="a fox", size="256x192", output_format=form,
                                      output_compression=80, extra_body={"steps": 4, "seed": 7})
        picture = Image.open(io.BytesIO(base64.b64decode(sent.data[0].b64_json)))
        assert picture.format == kind and sent.output_format == form and sent.size == "256x192"
        assert sent.usage.total_tokens == 0
    open_ai_edits(client, fetched.content)
    for wrong, error, words in [
        (dict(background="transparent"), openai.BadRequestError, "opaque"),
        (dict(output_format="gif"), openai.BadRequestError, "png or jpeg or webp"),
        (dict(size="255x192"), openai.BadRequestError, "multiple of"),
        (dict(size="large"), openai.BadRequestError, "WIDTHxHEIGHT"),
        (dict(model="gone"), openai.BadRequestError, "gone"),
        (dict(n=100), openai.BadRequestError, "between 1 and 10"),
    ]:
        try:
            client.images.generate(prompt="a fox", **wrong)
            raise AssertionError(wrong)
        except error as e:
            assert words in e.message and e.type == "invalid_request_error", (wrong, e.message)
    try:
        openai.OpenAI(api_key="wrong", base_url=url + "/v1").models.list()
        raise AssertionError("let in with a wrong key")
    except openai.AuthenticationError as e:
        assert e.code == "invalid_api_key"


web_ui()
open_ai()
interruption()
print("all is well")
