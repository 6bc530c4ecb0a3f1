"""WebUI's clients in Python besides webuiapi against a farm: python webui.py URL TOKEN. Ends with "all is well"."""

import asyncio
import io
import sys

import webuiapi
from aaa1111.client import AAA1111
from easyai import EasyAPI
from PIL import Image
from sd_backend_client import A1111Webservice, DiffusionParams

url, token = sys.argv[1:]
host, port = url.removeprefix("http://").split(":")
SIZE = dict(width=256, height=192)
WANTED = dict(prompt="a fox", steps=2, seed=7, **SIZE)


def newest_webuiapi():
    api = webuiapi.WebUIApi(host=host, port=int(port), username="ann", password=token, steps=2)
    drawn = {}
    for sampler, scheduler in [("Euler", "Automatic"), ("Euler", "Karras"), ("Euler", "exponential"), ("Euler", "sgm_uniform"),
                               ("Euler", "simple"), ("Euler a", "normal"), ("DPM++ 2M", "Automatic"), ("DPM++ 2M", "Karras")]:
        result = api.txt2img(prompt="a fox", seed=7, steps=4, sampler_name=sampler, scheduler=scheduler, **SIZE)
        assert result.info["demofusion_notes"] == [], result.info
        drawn[sampler, scheduler] = result.image.tobytes()
    assert drawn["DPM++ 2M", "Automatic"] == drawn["DPM++ 2M", "Karras"]
    assert len(set(drawn.values())) == len(drawn) - 1
    said = api.txt2img(prompt="a fox", seed=7, sampler_name="DDIM", scheduler="normal", **SIZE)
    assert "Normal" in said.info["demofusion_notes"][0] and said.info["sampler_name"] == "DDIM"

    none = api.txt2img(prompt="a fox", seed=7, **SIZE)
    empty = api.txt2img(prompt="a fox", negative_prompt="", seed=7, **SIZE)
    assert none.image.tobytes() == empty.image.tobytes()
    larger = api.txt2img(prompt="a fox", seed=7, enable_hr=True, hr_scale=1.4, width=104, height=152)
    assert larger.image.size == (144, 208)
    same = api.img2img(images=[none.image], prompt="a fox", denoising_strength=0, **SIZE)
    assert same.image.size == (256, 192) and "denoising_strength 0" in same.info["demofusion_notes"][0]

    jpeg = io.BytesIO()
    none.image.convert("RGB").save(jpeg, "JPEG")
    assert api.png_info(Image.open(jpeg)).info == ""


def aaa1111():
    api = AAA1111(base_url=url, username="ann", password=token)
    assert [each.size for each in api.txt2img(WANTED).images] == [(256, 192)]
    assert api.get_options()["sd_model_checkpoint"].startswith("miniature")
    for act in (api.interrupt, api.skip, api.refresh_checkpoints, api.unload_checkpoint, api.reload_checkpoint,
                api.refresh_loras, api.refresh_lycos):
        act()


def easyai():
    api = EasyAPI(host=host, port=int(port), username="ann", password=token)
    drawn = asyncio.run(later(api))
    assert drawn.images[0].size == (256, 192) and drawn.info["seed"] == 7


async def later(api):
    # Its other way reads answers as if they were these.
    return await api.txt2img(use_async=True, **WANTED)


def sd_backend_client():
    # It checks every field of every answer.
    api = A1111Webservice(url.replace("://", "://ann:" + token + "@"))
    assert [each.display_name[:9] for each in api.list_checkpoints()] == ["miniature"]
    assert "karras" in [each.name for each in api.list_schedulers()]
    assert "Euler a" in [each.display_name for each in api.list_samplers()]
    for nothing in (api.list_loras, api.list_vaes, api.list_hypernetworks):
        assert nothing() == [], nothing
    assert len(api.list_upscalers()) == 3  # the presets
    api.get_capabilities()
    api.get_script_info()
    wanted = DiffusionParams()
    for name, value in WANTED.items():
        setattr(wanted, name, value)
    drawn = api.submit_txt2img(wanted).wait()
    assert [each.size for each in drawn.images] == [(256, 192)] and drawn.seed == 7


newest_webuiapi()
aaa1111()
easyai()
sd_backend_client()
print("all is well")
