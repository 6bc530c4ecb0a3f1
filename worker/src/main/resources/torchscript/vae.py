# AutoencoderKL of diffusers. GroupNorm and the middle attention look at the whole picture, so a tile of a large latent needs
# to be told what they saw there. That is the survey: a dictionary that decoding crops fills (margin 0 or more) and decoding a
# tile reads (margin -1). With an empty one and margin -1 the latent is a whole picture and looks at itself.
class Vae(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]
  dtype : int
  blocks : int
  layers : int
  groups : int
  most_tokens : int

  def put(self: __torch__.Vae, name: str, value: Tensor, is_bfloat16: bool) -> NoneType:
    self.w[name] = __torch__.layers.weight(value, is_bfloat16, self.dtype, True)
    return None

  # Samples of the crops that count: all but the margin.
  def core(self: __torch__.Vae, x: Tensor, margin: int) -> Tensor:
    h = torch.slice(x, 2, margin, x.size(2) - margin, 1)
    return torch.slice(h, 3, margin, h.size(3) - margin, 1)

  # survey[name]: (2, groups), mean and variance, float32
  def norm(self: __torch__.Vae, x: Tensor, name: str, survey: Dict[str, Tensor], margin: int) -> Tensor:
    if margin < 0 and name not in survey:
      y = __torch__.layers.group_norm(self.w, x, name, self.groups, 1e-06)
    else:
      channels = x.size(1)
      share = channels // self.groups
      if margin >= 0:
        seen = torch.to(self.core(x, margin), 6)
        seen = torch.transpose(seen, 0, 1).reshape([self.groups, -1])
        variance, mean = torch.var_mean(seen, [1], False, False)
        survey[name] = torch.stack([mean, variance], 0)
      mean, variance = torch.unbind(survey[name], 0)
      inverse = torch.rsqrt(torch.add(variance, 1e-06))
      scale = torch.mul(torch.repeat_interleave(inverse, share), torch.to(self.w[name + ".weight"], 6))
      shift = torch.sub(torch.to(self.w[name + ".bias"], 6), torch.mul(torch.repeat_interleave(mean, share), scale))
      scale = torch.to(scale, x.dtype).view([1, channels, 1, 1])
      shift = torch.to(shift, x.dtype).view([1, channels, 1, 1])
      y = torch.addcmul(shift, x, scale)
    return y

  def resnet(self: __torch__.Vae, x: Tensor, name: str, survey: Dict[str, Tensor], margin: int) -> Tensor:
    w = self.w
    h = torch.silu_(self.norm(x, name + ".norm1", survey, margin))
    h = __torch__.layers.conv(w, h, name + ".conv1", 1, 1)
    h = torch.silu_(self.norm(h, name + ".norm2", survey, margin))
    h = __torch__.layers.conv(w, h, name + ".conv2", 1, 1)
    shortcut = x
    if name + ".conv_shortcut.weight" in w:
      shortcut = __torch__.layers.conv(w, x, name + ".conv_shortcut", 1, 0)
    return torch.add_(h, shortcut)

  # One head. survey[name + ".keys"] and [".values"]: (1, tokens, channels), float32
  def attention(self: __torch__.Vae, x: Tensor, name: str, survey: Dict[str, Tensor], margin: int) -> Tensor:
    w = self.w
    n, channels, height, width = x.size()
    y = self.norm(x, name + ".group_norm", survey, margin)
    tokens = torch.permute(y, [0, 2, 3, 1]).reshape([n, height * width, channels])
    q = __torch__.layers.linear(w, tokens, name + ".to_q")
    if margin < 0 and name + ".keys" not in survey:
      k = __torch__.layers.linear(w, tokens, name + ".to_k")
      v = __torch__.layers.linear(w, tokens, name + ".to_v")
    else:
      if margin >= 0:
        seen = torch.permute(self.core(y, margin), [0, 2, 3, 1]).reshape([1, -1, channels])
        every = (seen.size(1) + self.most_tokens - 1) // self.most_tokens
        seen = torch.slice(seen, 1, 0, seen.size(1), every)
        survey[name + ".keys"] = torch.to(__torch__.layers.linear(w, seen, name + ".to_k"), 6)
        survey[name + ".values"] = torch.to(__torch__.layers.linear(w, seen, name + ".to_v"), 6)
      k = torch.to(survey[name + ".keys"], x.dtype)
      v = torch.to(survey[name + ".values"], x.dtype)
      k = torch.expand(k, [n, k.size(1), channels])
      v = torch.expand(v, [n, v.size(1), channels])
    q = torch.unsqueeze(q, 1)
    y = torch.squeeze(torch.scaled_dot_product_attention(q, torch.unsqueeze(k, 1), torch.unsqueeze(v, 1)), 1)
    y = __torch__.layers.linear(w, y, name + ".to_out.0")
    y = torch.permute(y.reshape([n, height, width, channels]), [0, 3, 1, 2])
    return torch.add(y, x)

  def middle(self: __torch__.Vae, x: Tensor, name: str, survey: Dict[str, Tensor], margin: int) -> Tensor:
    h = self.resnet(x, name + ".resnets.0", survey, margin)
    if name + ".attentions.0.to_q.weight" in self.w:
      h = self.attention(h, name + ".attentions.0", survey, margin)
    return self.resnet(h, name + ".resnets.1", survey, margin)

  # latent: (n, channels, height, width), already what the decoder expects -> (n, 3, f * height, f * width), about [-1, 1]
  def decoder(self: __torch__.Vae, latent: Tensor, survey: Dict[str, Tensor], margin: int) -> Tensor:
    w = self.w
    h = torch.contiguous(torch.to(latent, self.dtype), memory_format=2)
    if "post_quant_conv.weight" in w:
      h = __torch__.layers.conv(w, h, "post_quant_conv", 1, 0)
    h = __torch__.layers.conv(w, h, "decoder.conv_in", 1, 1)
    h = self.middle(h, "decoder.mid_block", survey, margin)
    m = margin
    for i in range(self.blocks):
      block = "decoder.up_blocks." + str(i)
      for j in range(self.layers + 1):
        h = self.resnet(h, block + ".resnets." + str(j), survey, m)
      if i + 1 < self.blocks:
        h = torch.upsample_nearest2d(h, [h.size(2) * 2, h.size(3) * 2])
        h = __torch__.layers.conv(w, h, block + ".upsamplers.0.conv", 1, 1)
        m = m * 2
    h = torch.silu_(self.norm(h, "decoder.conv_norm_out", survey, m))
    h = __torch__.layers.conv(w, h, "decoder.conv_out", 1, 1)
    return torch.contiguous(torch.to(h, 6), memory_format=0)

  def decode(self: __torch__.Vae, latent: Tensor) -> Tensor:
    survey : Dict[str, Tensor] = {}
    return self.decoder(latent, survey, -1)

  def decode_tile(self: __torch__.Vae, latent: Tensor, survey: Dict[str, Tensor]) -> Tensor:
    return self.decoder(latent, survey, -1)

  # crops: (n, channels, height, width) -> the survey
  def look(self: __torch__.Vae, crops: Tensor, margin: int) -> Dict[str, Tensor]:
    survey : Dict[str, Tensor] = {}
    pixels = self.decoder(crops, survey, margin)
    return survey

  # pixels: (n, 3, height, width) in [-1, 1] -> mean and standard deviation, (n, channels, height / f, width / f)
  def encode(self: __torch__.Vae, pixels: Tensor) -> Tuple[Tensor, Tensor]:
    w = self.w
    survey : Dict[str, Tensor] = {}
    h = torch.contiguous(torch.to(pixels, self.dtype), memory_format=2)
    h = __torch__.layers.conv(w, h, "encoder.conv_in", 1, 1)
    for i in range(self.blocks):
      block = "encoder.down_blocks." + str(i)
      for j in range(self.layers):
        h = self.resnet(h, block + ".resnets." + str(j), survey, -1)
      if i + 1 < self.blocks:
        h = torch.constant_pad_nd(h, [0, 1, 0, 1], 0)
        h = __torch__.layers.conv(w, h, block + ".downsamplers.0.conv", 2, 0)
    h = self.middle(h, "encoder.mid_block", survey, -1)
    h = torch.silu_(self.norm(h, "encoder.conv_norm_out", survey, -1))
    h = __torch__.layers.conv(w, h, "encoder.conv_out", 1, 1)
    if "quant_conv.weight" in w:
      h = __torch__.layers.conv(w, h, "quant_conv", 1, 0)
    mean, log_variance = torch.chunk(torch.contiguous(torch.to(h, 6), memory_format=0), 2, 1)
    deviation = torch.exp(torch.mul(torch.clamp(log_variance, -30., 20.), 0.5))
    return (mean, deviation)
