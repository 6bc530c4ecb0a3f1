# AutoencoderKL of diffusers. GroupNorm and the middle attention look at the whole picture, so a tile of a large latent needs
# to be told what they saw there. That is the survey: a dictionary that `collect_survey` fills and `decode_tile` reads. While it is being
# filled every sample of a batch has a core, the part of it that counts: `corners` (batch, 2) are its places, `extent` its
# height and width. Otherwise the extent is empty, and without a survey a latent looks at itself.
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
  most_patches : int
  patch : int
  patch_margin : int
  most_queries : int
  norms_last : bool

  def put(self: __torch__.Vae, name: str, value: Tensor, is_bfloat16: bool) -> NoneType:
    self.w[name] = __torch__.layers.weight(value, is_bfloat16, self.dtype)
    return None

  def leave(self: __torch__.Vae) -> NoneType:
    self.w = __torch__.layers.kept(self.w)
    return None

  # Cuts windows of this extent: the n-th from sample samples[n] at corners[n]. The result is channels last in memory.
  def windows(self: __torch__.Vae, x: Tensor, samples: Tensor, corners: Tensor, extent: List[int]) -> Tensor:
    top, left = torch.unbind(corners, 1)
    rows = torch.add(torch.unsqueeze(top, 1), torch.unsqueeze(torch.arange(extent[0], device=x.device), 0))
    columns = torch.add(torch.unsqueeze(left, 1), torch.unsqueeze(torch.arange(extent[1], device=x.device), 0))
    rows = rows.view([-1, extent[0], 1])
    columns = columns.view([-1, 1, extent[1]])
    places = annotate(List[Optional[Tensor]], [samples.view([-1, 1, 1]), rows, columns])
    return torch.permute(torch.index(torch.permute(x, [0, 2, 3, 1]), places), [0, 3, 1, 2])

  def cores(self: __torch__.Vae, x: Tensor, corners: Tensor, extent: List[int]) -> Tensor:
    return self.windows(x, torch.arange(x.size(0), device=x.device), corners, extent)

  # survey[name]: (2, groups), mean and variance, float32
  def norm(self: __torch__.Vae, x: Tensor, name: str, survey: Dict[str, Tensor], corners: Tensor, extent: List[int]) -> Tensor:
    if len(extent) == 0 and name not in survey:
      y = __torch__.layers.norm(self.w, x, name, self.groups, 1e-06, self.norms_last)
    else:
      channels = x.size(1)
      share = channels // self.groups
      if len(extent) > 0:
        seen = torch.to(self.cores(x, corners, extent), 6)
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

  def resnet(self: __torch__.Vae, x: Tensor, name: str, survey: Dict[str, Tensor], corners: Tensor, extent: List[int]) -> Tensor:
    w = self.w
    h = torch.silu_(self.norm(x, name + ".norm1", survey, corners, extent))
    h = __torch__.layers.conv(w, h, name + ".conv1", 1, 1)
    h = torch.silu_(self.norm(h, name + ".norm2", survey, corners, extent))
    h = __torch__.layers.conv(w, h, name + ".conv2", 1, 1)
    shortcut = x
    if name + ".conv_shortcut.weight" in w:
      shortcut = __torch__.layers.conv(w, x, name + ".conv_shortcut", 1, 0)
    return torch.add_(h, shortcut)

  # One head. survey[name + ".keys"] and [".values"]: (1, tokens, channels), float32
  def attention(self: __torch__.Vae, x: Tensor, name: str, survey: Dict[str, Tensor], corners: Tensor, extent: List[int]) -> Tensor:
    w = self.w
    n, channels, height, width = x.size()
    y = self.norm(x, name + ".group_norm", survey, corners, extent)
    tokens = torch.permute(y, [0, 2, 3, 1]).reshape([n, height * width, channels])
    q = __torch__.layers.linear(w, tokens, name + ".to_q")
    if len(extent) == 0 and name + ".keys" not in survey:
      k = __torch__.layers.linear(w, tokens, name + ".to_k")
      v = __torch__.layers.linear(w, tokens, name + ".to_v")
    else:
      if len(extent) > 0:
        seen = torch.permute(self.cores(y, corners, extent), [0, 2, 3, 1]).reshape([1, -1, channels])
        every = (seen.size(1) + self.most_tokens - 1) // self.most_tokens
        seen = torch.slice(seen, 1, 0, seen.size(1), every)
        survey[name + ".keys"] = torch.to(__torch__.layers.linear(w, seen, name + ".to_k"), 6)
        survey[name + ".values"] = torch.to(__torch__.layers.linear(w, seen, name + ".to_v"), 6)
      k = torch.to(survey[name + ".keys"], x.dtype)
      v = torch.to(survey[name + ".values"], x.dtype)
      k = torch.expand(k, [n, k.size(1), channels])
      v = torch.expand(v, [n, v.size(1), channels])
    q = torch.unsqueeze(q, 1)
    y = torch.squeeze(__torch__.layers.attend(q, torch.unsqueeze(k, 1), torch.unsqueeze(v, 1), self.most_queries), 1)
    y = __torch__.layers.linear(w, y, name + ".to_out.0")
    y = torch.permute(y.reshape([n, height, width, channels]), [0, 3, 1, 2])
    return torch.add(y, x)

  def middle(self: __torch__.Vae, x: Tensor, name: str, survey: Dict[str, Tensor], corners: Tensor, extent: List[int]) -> Tensor:
    h = self.resnet(x, name + ".resnets.0", survey, corners, extent)
    if name + ".attentions.0.to_q.weight" in self.w:
      h = self.attention(h, name + ".attentions.0", survey, corners, extent)
    return self.resnet(h, name + ".resnets.1", survey, corners, extent)

  # Where patches lie on an axis whose cores begin at `first`: in the middle of equal shares of it.
  def places(self: __torch__.Vae, first: Tensor, length: int, size: int) -> Tensor:
    most = ops.prim.max(1, int(float(self.most_patches) / torch.sqrt(float(first.size(0)))))
    count = ops.prim.min(most, (length + size - 1) // size)
    middles = torch.add(torch.arange(count, dtype=6, device=first.device), 0.5)
    starts = torch.sub(torch.mul(middles, float(length) / float(count)), 0.5 * float(size))
    starts = torch.clamp(torch.to(torch.round(starts), 4), 0, length - size)
    return torch.add(torch.unsqueeze(first, 1), torch.unsqueeze(starts, 0))

  # A grid of patches over each sample's core: of which sample each is, its corner, and their extent.
  def patches(self: __torch__.Vae, samples: Tensor, corners: Tensor, extent: List[int]) -> Tuple[Tensor, Tensor, List[int]]:
    size = [ops.prim.min(self.patch, extent[0]), ops.prim.min(self.patch, extent[1])]
    top, left = torch.unbind(corners, 1)
    rows = self.places(top, extent[0], size[0])
    columns = self.places(left, extent[1], size[1])
    n, down = rows.size()
    across = columns.size(1)
    rows = torch.flatten(torch.expand(torch.unsqueeze(rows, 2), [n, down, across]))
    columns = torch.flatten(torch.expand(torch.unsqueeze(columns, 1), [n, down, across]))
    return (torch.repeat_interleave(samples, down * across), torch.stack([rows, columns], 1), size)

  # Corners of windows that hold these cores and, where the sample goes on, a margin on each side; and their extent.
  def around(self: __torch__.Vae, x: Tensor, corners: Tensor, extent: List[int]) -> Tuple[Tensor, List[int]]:
    height = ops.prim.min(extent[0] + 2 * self.patch_margin, x.size(2))
    width = ops.prim.min(extent[1] + 2 * self.patch_margin, x.size(3))
    top, left = torch.unbind(torch.sub(corners, self.patch_margin), 1)
    top = torch.clamp(top, 0, x.size(2) - height)
    left = torch.clamp(left, 0, x.size(3) - width)
    return (torch.stack([top, left], 1), [height, width])

  # latent: (n, channels, height, width), already what the decoder expects -> (n, 3, f * height, f * width), about [-1, 1].
  # A survey looks at everything at the latent's own resolution, which is cheap, and then follows regular patches outwards.
  def decoder(self: __torch__.Vae, latent: Tensor, survey: Dict[str, Tensor], corners: Tensor, extent: List[int]) -> Tensor:
    w = self.w
    h = torch.contiguous(torch.to(latent, self.dtype), memory_format=2)
    if "post_quant_conv.weight" in w:
      h = __torch__.layers.conv(w, h, "post_quant_conv", 1, 0)
    h = __torch__.layers.conv(w, h, "decoder.conv_in", 1, 1)
    h = self.middle(h, "decoder.mid_block", survey, corners, extent)
    for i in range(self.blocks):
      block = "decoder.up_blocks." + str(i)
      for j in range(self.layers + 1):
        h = self.resnet(h, block + ".resnets." + str(j), survey, corners, extent)
      if i + 1 < self.blocks:
        if len(extent) > 0:
          samples = torch.arange(h.size(0), device=h.device)
          if i == 0:
            samples, corners, extent = self.patches(samples, corners, extent)
          around, larger = self.around(h, corners, extent)
          h = self.windows(h, samples, around, larger)
          corners = torch.mul(torch.sub(corners, around), 2)
          extent = [2 * extent[0], 2 * extent[1]]
        h = torch.upsample_nearest2d(h, [h.size(2) * 2, h.size(3) * 2])
        h = __torch__.layers.conv(w, h, block + ".upsamplers.0.conv", 1, 1)
    h = torch.silu_(self.norm(h, "decoder.conv_norm_out", survey, corners, extent))
    h = __torch__.layers.conv(w, h, "decoder.conv_out", 1, 1)
    return torch.contiguous(torch.to(h, 6), memory_format=0)

  def decode(self: __torch__.Vae, latent: Tensor) -> Tensor:
    survey : Dict[str, Tensor] = {}
    return self.decode_tile(latent, survey)

  def decode_tile(self: __torch__.Vae, latent: Tensor, survey: Dict[str, Tensor]) -> Tensor:
    extent = annotate(List[int], [])
    return self.decoder(latent, survey, latent, extent)

  # crops: (n, channels, height, width), of which a margin on each side does not count -> the survey
  def collect_survey(self: __torch__.Vae, crops: Tensor, margin: int) -> Dict[str, Tensor]:
    survey : Dict[str, Tensor] = {}
    n, channels, height, width = crops.size()
    corners = torch.full([n, 2], margin, dtype=4, device=crops.device)
    pixels = self.decoder(crops, survey, corners, [height - 2 * margin, width - 2 * margin])
    return survey

  # pixels: (n, 3, height, width) in [-1, 1] -> mean and standard deviation, (n, channels, height / f, width / f)
  def encode(self: __torch__.Vae, pixels: Tensor) -> Tuple[Tensor, Tensor]:
    w = self.w
    survey : Dict[str, Tensor] = {}
    extent = annotate(List[int], [])
    h = torch.contiguous(torch.to(pixels, self.dtype), memory_format=2)
    h = __torch__.layers.conv(w, h, "encoder.conv_in", 1, 1)
    for i in range(self.blocks):
      block = "encoder.down_blocks." + str(i)
      for j in range(self.layers):
        h = self.resnet(h, block + ".resnets." + str(j), survey, pixels, extent)
      if i + 1 < self.blocks:
        h = torch.constant_pad_nd(h, [0, 1, 0, 1], 0)
        h = __torch__.layers.conv(w, h, block + ".downsamplers.0.conv", 2, 0)
    h = self.middle(h, "encoder.mid_block", survey, pixels, extent)
    h = torch.silu_(self.norm(h, "encoder.conv_norm_out", survey, pixels, extent))
    h = __torch__.layers.conv(w, h, "encoder.conv_out", 1, 1)
    if "quant_conv.weight" in w:
      h = __torch__.layers.conv(w, h, "quant_conv", 1, 0)
    mean, log_variance = torch.chunk(torch.contiguous(torch.to(h, 6), memory_format=0), 2, 1)
    deviation = torch.exp(torch.mul(torch.clamp(log_variance, -30., 20.), 0.5))
    return (mean, deviation)
