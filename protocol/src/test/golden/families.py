"""One forward of a tiny UNet of the shape of each distilled relative of SDXL, by diffusers' own UNet2DConditionModel.

families.py OUT        needs torch and diffusers (made with torch 2.7.1 on a CPU in float32 and diffusers 0.35.2)
"""
import json, sys
import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import save_file

FAMILIES = dict(
    ssd1b=dict(layers_per_block=2, transformer_layers_per_block=[1, [2, 2], [4, 4]], reverse_transformer_layers_per_block=[[4, 4, 10], [2, 1, 1], 1], mid_block_type="UNetMidBlock2D"),
    vega=dict(layers_per_block=2, transformer_layers_per_block=[1, 1, 2], mid_block_type="UNetMidBlock2D"),
    koala700m=dict(layers_per_block=1, transformer_layers_per_block=[1, 2, 5], mid_block_type=None),
    koala1b=dict(layers_per_block=1, transformer_layers_per_block=[1, 2, 6]))
SHAPE = dict(
    in_channels=4, out_channels=4, use_linear_projection=True, addition_embed_type="text_time", sample_size=16, norm_num_groups=2,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    block_out_channels=(4, 8, 12), cross_attention_dim=8, attention_head_dim=(1, 2, 3), addition_time_embed_dim=4, projection_class_embeddings_input_dim=34)


@torch.no_grad()
def main(out):
    tensors, configs, g = {}, {}, torch.Generator().manual_seed(77)
    for name, keys in FAMILIES.items():
        torch.manual_seed(len(name) * 100 + 7)
        unet = UNet2DConditionModel(**{**SHAPE, **keys}).eval()
        for n, p in unet.named_parameters():
            p.copy_((p * (2.0 if "attn" in n and p.ndim == 2 else 1.0)).half().float())
        x, c, q = torch.randn(2, 4, 8, 12, generator=g), torch.randn(2, 77, 8, generator=g), torch.randn(2, 10, generator=g)
        ids = torch.randint(0, 512, (2, 6), generator=g).float()
        y = unet(x, 481, encoder_hidden_states=c, added_cond_kwargs=dict(text_embeds=q, time_ids=ids)).sample
        configs[name] = {a: b for a, b in unet.config.items() if not a.startswith("_")}
        tensors.update({f"{name}.weights.{a}": b.half() for a, b in unet.state_dict().items()})
        values = dict(sample=x, context=c, pooled=q, time_ids=ids, timestep=torch.tensor([481.0]), out=y)
        tensors.update({f"{name}.{a}": b for a, b in values.items()})
    save_file(tensors, f"{out}/families.safetensors")
    with open(f"{out}/families.json", "w") as file:
        file.write(json.dumps(configs, indent=1) + "\n")


main(sys.argv[1])
