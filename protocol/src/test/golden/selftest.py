"""What demofusion selftest holds devices to, by diffusers' and transformers' own networks and pipelines.

selftest.py GOLDEN MINIATURE OUT     writes OUT/miniature.safetensors and OUT/tiny-sd15.safetensors

GOLDEN is this folder, MINIATURE the model that ships. Made with torch 2.15 on a CPU in float32, diffusers 0.42.1 and transformers 5.24. Everything is as a worker sees it: latents are
scaled as the UNet has them, pictures lie in [0, 1] and are clamped. The whole picture by DemoFusion is that of models/runs (the authors' pipeline).
"""
import json, sys
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import load_file, save_file

PROMPTS = ["a lighthouse on a cliff at sunset, golden light", "two trees on a hill, morning fog"]
NEGATIVE = "blurry, ugly"
VIEWS = [(1, 32, 32, 481), (3, 24, 40, 901), (2, 13, 11, 21)]
LATENTS = [(16, 16), (13, 11)]
GUIDANCE, STEPS, SEED, SIDE = 7.5, 6, 2024, 256

torch.set_grad_enabled(False)
torch.set_num_threads(1)


def write(out, name, pipe, more):
    is_xl, g, t = isinstance(pipe, StableDiffusionXLPipeline), torch.Generator().manual_seed(7), {}
    for n, prompt in enumerate(PROMPTS):
        encoded = pipe.encode_prompt(prompt, device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=True, negative_prompt=NEGATIVE)
        for half, states, pooled in zip(("positive", "negative"), encoded[:2], encoded[2:] if is_xl else (None, None)):
            t[f"text.{n}.{half}.states"] = states[0]
            if is_xl:
                t[f"text.{n}.{half}.pooled"] = pooled[0]
    for n, (views, height, width, step) in enumerate(VIEWS):
        x, words = torch.randn(views, 4, height, width, generator=g), f"text.{n % 2}"
        sizes = torch.tensor([[512, 512, 64 * v, 32 * v, 512, 512] for v in range(views)]).float()
        noise = {}
        for half in ("positive", "negative"):
            more_of_it = dict(added_cond_kwargs=dict(text_embeds=t[f"{words}.{half}.pooled"].expand(views, -1), time_ids=sizes)) if is_xl else {}
            noise[half] = pipe.unet(x, step, encoder_hidden_states=t[f"{words}.{half}.states"].expand(views, -1, -1), **more_of_it).sample
        t.update({f"unet.{n}.tiles": x, f"unet.{n}.timestep": torch.tensor([float(step)]), f"unet.{n}.sizes": sizes, f"unet.{n}.text": noise["positive"],
                  f"unet.{n}.guided": noise["negative"] + GUIDANCE * (noise["positive"] - noise["negative"])})
    scale = pipe.vae.config.scaling_factor
    for n, (height, width) in enumerate(LATENTS):
        z = 0.8 * torch.randn(1, 4, height, width, generator=g)
        pixels = (pipe.vae.decode(z / scale).sample / 2 + 0.5).clamp(0, 1)
        t.update({f"decode.{n}.latent": z[0], f"decode.{n}.pixels": pixels[0]})
    picture = torch.rand(1, 3, 64, 88, generator=g) * 2 - 1
    seen = pipe.vae.encode(picture).latent_dist
    t.update({"encode.0.pixels": picture[0], "encode.0.mean": seen.mean[0] * scale, "encode.0.deviation": seen.std[0] * scale})
    t["run.direct"] = pipe(PROMPTS[0], negative_prompt=NEGATIVE, height=SIDE, width=SIDE, num_inference_steps=STEPS, guidance_scale=GUIDANCE,
                           generator=torch.Generator().manual_seed(SEED), output_type="latent").images[0]
    t.update(more)
    save_file({k: v.contiguous().clone() for k, v in t.items()}, f"{out}/{name}.safetensors")
    print(name, {k: tuple(v.shape) for k, v in t.items()})


def main(golden, miniature, out):
    load = dict(variant="fp16", torch_dtype=torch.float32, local_files_only=True)
    write(out, "miniature", StableDiffusionXLPipeline.from_pretrained(miniature, **load, add_watermarker=False), {})
    run = load_file(f"{golden}/models/runs/df-sd15-2x.safetensors")
    write(out, "tiny-sd15", StableDiffusionPipeline.from_pretrained(f"{golden}/models/tiny-sd15", **load, safety_checker=None, feature_extractor=None, requires_safety_checker=False), {"run.demofusion": run["phase2.final"][0]})


main(*sys.argv[1:])
