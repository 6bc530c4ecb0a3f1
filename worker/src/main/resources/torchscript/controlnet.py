# A ControlNet (conditioning sections 2.1 and 2.5): the first half of unet.py's UNet, whose class goes on here, and what it makes of a
# picture. Its type is the UNet's; so are its heads, groups and eps.
  channels : int
  hint_blocks : int
  type_width : int

  # What pictures say: (n, width, height, width) of (n, 3, 8 * height, 8 * width) in [0, 1], in the order of colours that it was trained on.
  def hint(self: __torch__.UNet, pictures: Tensor) -> Tensor:
    w = self.w
    h = torch.silu_(__torch__.layers.conv(w, self.entered(pictures), "controlnet_cond_embedding.conv_in", 1, 1))
    for i in range(self.hint_blocks):
      h = torch.silu_(__torch__.layers.conv(w, h, "controlnet_cond_embedding.blocks." + str(i), 1 + i % 2, 1))
    return __torch__.layers.conv(w, h, "controlnet_cond_embedding.conv_out", 1, 1)

  # A union's layer, on tokens (n, width). Each attends to itself alone: the reference's attention takes the batch for the sequence, and
  # so was it trained.
  def union_layer(self: __torch__.UNet, y: Tensor) -> Tensor:
    w = self.w
    name = "transformer_layes.0."
    q, k, v = torch.chunk(__torch__.layers.linear(w, __torch__.layers.layer_norm(w, y, name + "ln_1", 1e-05), name + "attn.in_proj"), 3, -1)
    y = torch.add(y, __torch__.layers.linear(w, torch.contiguous(v), name + "attn.out_proj"))
    h = __torch__.layers.linear(w, __torch__.layers.layer_norm(w, y, name + "ln_2", 1e-05), name + "mlp.c_fc")
    h = torch.mul(h, torch.sigmoid(torch.mul(h, 1.702)))
    return torch.add(y, __torch__.layers.linear(w, h, name + "mlp.c_proj"))

  # The same of pictures of several types, (types * views, …), one type after the other. Where there are several, each has its scale.
  def union_hint(self: __torch__.UNet, pictures: Tensor, types: List[int], scales: List[float]) -> Tensor:
    tasks = __torch__.layers.unpacked(self.w["task_embedding"])
    hints = torch.chunk(self.hint(pictures), len(types), 0)
    sum = torch.zeros_like(hints[0])
    for i in range(len(types)):
      hint = hints[i]
      token = torch.add(torch.mean(hint, [2, 3]), torch.slice(tasks, 0, types[i], types[i] + 1, 1))
      scale = 1.
      if len(types) > 1:
        scale = scales[i]
      shift = __torch__.layers.linear(self.w, self.union_layer(torch.mul(token, scale)), "spatial_ch_projs")
      shift = torch.unsqueeze(torch.unsqueeze(torch.mul(shift, scale), -1), -1)
      sum = torch.add(sum, torch.add(torch.mul(hint, scale), shift))
    return sum

  # What a union is told of the types that it sees: (1, width). kinds: (number of its types), 1 for each that it sees.
  def told_types(self: __torch__.UNet, kinds: Tensor) -> Tensor:
    numbers = self.sinusoid(kinds, self.frequencies(self.type_width, self.freq_shift, kinds)).reshape([1, -1])
    return self.mlp(torch.to(numbers, self.dtype), "control_add_embedding")

  # What is added to the UNet's skip connections, and last behind its middle, each with a row for each view of each half. x: (views, …), of
  # which the first channels count; t: (1); context and pooled: one row for each half; time_ids: (views, 6); pictures: (types * views, 3, …);
  # types, scales, kinds: a union's; no types: it is none; weights: one for each of what is added; before: the same of other ControlNets,
  # which it is added to; empty: there is none.
  def residuals(self: __torch__.UNet, x: Tensor, t: Tensor, context: Tensor, pictures: Tensor, types: List[int], scales: List[float], kinds: Tensor, weights: List[float], before: List[Tensor], pooled: Optional[Tensor]=None, time_ids: Optional[Tensor]=None) -> List[Tensor]:
    w = self.w
    views = x.size(0)
    halves = context.size(0)
    none : List[Tensor] = []
    nothing : List[float] = []
    rows : Optional[Tensor] = None
    ids : Optional[Tensor] = None
    if pooled is not None and time_ids is not None:
      rows = self.rows(pooled, views)
      ids = time_ids
      if halves > 1:
        ids = torch.cat([time_ids, time_ids], 0)
    time = self.told(torch.expand(t, [halves * views]), 1., rows, ids)
    if len(types) > 0:
      time = torch.add(time, self.told_types(kinds))
      hint = self.union_hint(pictures, types, scales)
    else:
      hint = self.hint(pictures)
    time = torch.silu(time)
    context = torch.to(context, self.dtype)
    h = __torch__.layers.conv(w, self.entered(torch.slice(x, 1, 0, self.channels, 1)), "conv_in", 1, 1)
    h = torch.add(h, hint)
    if halves > 1:
      h = torch.cat([h, h], 0)
    outputs = self.down(h, time, context, none, none, nothing)
    middle = self.middle(outputs[-1], time, context, none, none, nothing)
    added : List[Tensor] = []
    for j in range(len(outputs)):
      added.append(torch.mul(__torch__.layers.conv(w, outputs[j], "controlnet_down_blocks." + str(j), 1, 0), weights[j]))
    added.append(torch.mul(__torch__.layers.conv(w, middle, "controlnet_mid_block", 1, 0), weights[-1]))
    if len(before) > 0:
      for j in range(len(added)):
        added[j] = torch.add(before[j], added[j])
    return added
