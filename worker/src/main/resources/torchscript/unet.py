# UNet2DConditionModel of diffusers as Stable Diffusion 1, 2, SDXL and its distilled kin use it; heads come per block, depths per
# resnet, and a depth of 0 is a resnet without a transformer behind it. Latents are (batch, channels, height, width), in channels-last memory inside.
class UNet(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]
  dtype : int
  first_channels : int
  down_layers : List[int]
  down_depths : List[int]
  down_heads : List[int]
  mid_depths : List[int]
  mid_heads : int
  up_layers : List[int]
  up_depths : List[int]
  up_heads : List[int]
  attentions : int
  groups : int
  eps : float
  linear_projection : bool
  upcast_attention : bool
  time_ids_dim : int
  guidance_dim : int
  cosine_first : bool
  freq_shift : float
  most_queries : int
  norms_last : bool
  joined : bool
  eager : bool
  memory_format : int
  cudnn_attention : bool

  def weight(self: __torch__.UNet, name: str) -> Tensor:
    return self.w[name]

  # Another network's tensor, not a copy of it.
  def share(self: __torch__.UNet, name: str, value: Tensor) -> NoneType:
    self.w[name] = value
    return None

  def replace(self: __torch__.UNet, name: str, value: Tensor) -> NoneType:
    self.w[name] = __torch__.layers.made(value, self.dtype)
    return None

  def put(self: __torch__.UNet, name: str, value: Tensor, is_bfloat16: bool) -> NoneType:
    if self.eager:
      self.w[name] = __torch__.layers.eager(value, is_bfloat16, self.dtype)
    else:
      self.w[name] = __torch__.layers.weight(value, is_bfloat16, self.dtype)
    return None

  def leave(self: __torch__.UNet) -> NoneType:
    self.w = __torch__.layers.kept(self.w)
    return None

  def store(self: __torch__.UNet, name: str, value: Tensor, is_bfloat16: bool, is_made: bool, at: Tensor, in_host: bool, float8: bool, leaves: bool) -> NoneType:
    __torch__.layers.store(self.w, name, value, is_bfloat16, is_made, self.dtype, at, in_host, float8, leaves)
    return None

  def back(self: __torch__.UNet, name: str, at: Tensor) -> NoneType:
    __torch__.layers.back(self.w, name, at)
    return None

  def join(self: __torch__.UNet, name: str, parts: List[str]) -> NoneType:
    __torch__.layers.join(self.w, name, parts)
    return None

  # What every forward would make again, once. at: something on the device.
  def ready(self: __torch__.UNet, at: Tensor) -> NoneType:
    self.w["time.frequencies"] = self.frequencies(self.first_channels, self.freq_shift, at)
    if self.time_ids_dim > 0:
      self.w["time_ids.frequencies"] = self.frequencies(self.time_ids_dim, self.freq_shift, at)
    if self.guidance_dim > 0:
      self.w["guidance.frequencies"] = self.frequencies(self.guidance_dim, 1., at)
    return None

  # (dim // 2)
  def frequencies(self: __torch__.UNet, dim: int, shift: float, at: Tensor) -> Tensor:
    half = dim // 2
    exponent = torch.mul(torch.arange(half, dtype=6, device=at.device), -9.210340371976184)
    return torch.exp(torch.div(exponent, float(half) - shift))

  # (n) -> (n, dim)
  def sinusoid(self: __torch__.UNet, t: Tensor, frequencies: Tensor) -> Tensor:
    angle = torch.mul(torch.unsqueeze(t, 1), torch.unsqueeze(frequencies, 0))
    sine = torch.sin(angle)
    cosine = torch.cos(angle)
    if self.cosine_first:
      embedding = torch.cat([cosine, sine], 1)
    else:
      embedding = torch.cat([sine, cosine], 1)
    return embedding

  # What a latent consistency model is told of guidance: (1, guidance_dim), sines first whatever the time's sinusoid has.
  def guidance_sinusoid(self: __torch__.UNet, guidance: float) -> Tensor:
    half = self.guidance_dim // 2
    angle = torch.mul(torch.unsqueeze(self.w["guidance.frequencies"], 0), (guidance - 1.) * 1000.)
    embedding = torch.cat([torch.sin(angle), torch.cos(angle)], 1)
    return torch.constant_pad_nd(embedding, [0, self.guidance_dim - 2 * half], 0)

  def mlp(self: __torch__.UNet, x: Tensor, name: str) -> Tensor:
    h = torch.silu(__torch__.layers.linear(self.w, x, name + ".linear_1"))
    return __torch__.layers.linear(self.w, h, name + ".linear_2")

  # time: silu of the time embedding, (batch, width)
  def resnet(self: __torch__.UNet, x: Tensor, time: Tensor, name: str) -> Tensor:
    w = self.w
    h = torch.silu_(__torch__.layers.norm(w, x, name + ".norm1", self.groups, self.eps, self.norms_last))
    h = __torch__.layers.conv(w, h, name + ".conv1", 1, 1)
    e = __torch__.layers.linear(w, time, name + ".time_emb_proj")
    h = torch.add_(h, torch.unsqueeze(torch.unsqueeze(e, -1), -1))
    h = torch.silu_(__torch__.layers.norm(w, h, name + ".norm2", self.groups, self.eps, self.norms_last))
    h = __torch__.layers.conv(w, h, name + ".conv2", 1, 1)
    shortcut = x
    if name + ".conv_shortcut.bias" in w:
      shortcut = __torch__.layers.conv(w, x, name + ".conv_shortcut", 1, 0)
    return torch.add_(h, shortcut)

  # (batch, heads, tokens, d) of each
  def attend(self: __torch__.UNet, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    if self.cudnn_attention:
      y = self.cudnn(q, k, v)
    else:
      y = __torch__.layers.attend(q, k, v, self.most_queries)
    return y

  # cuDNN's kernel, which libtorch takes last of all; on compute capability 9.0 it is the fastest.
  def cudnn(self: __torch__.UNet, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    y, spread, first_q, first_k, most_q, most_k, seed, offset, mask = torch._scaled_dot_product_cudnn_attention(q, k, v, None, False)
    return y

  # How far cuDNN's attention lies from libtorch's own choice, for queries and keys like these: (1). It fails where cuDNN does not
  # take them.
  def cudnn_difference(self: __torch__.UNet, q: Tensor, k: Tensor) -> Tensor:
    queries = torch.to(q, self.dtype)
    keys = torch.to(k, self.dtype)
    y = torch.sub(self.cudnn(queries, keys, keys), torch.scaled_dot_product_attention(queries, keys, keys))
    return torch.to(torch.amax(torch.abs(y), [0, 1, 2, 3]), 6).view([1])

  def use_cudnn(self: __torch__.UNet) -> NoneType:
    self.cudnn_attention = True
    return None

  # For each of n rows the one of its own: x of m rows, m dividing n, of which one serves n / m neighbours.
  def shared(self: __torch__.UNet, x: Tensor, n: int) -> Tensor:
    m = x.size(0)
    if m != n:
      x = torch.expand(torch.unsqueeze(x, 1), [m, n // m, x.size(1), x.size(2)]).reshape([n, x.size(1), x.size(2)])
    return x

  # Keys and values of a source, (m, tokens, width) each.
  def keys_and_values(self: __torch__.UNet, source: Tensor, name: str) -> Tuple[Tensor, Tensor]:
    w = self.w
    if self.joined:
      k, v = torch.chunk(__torch__.layers.product(w, source, name + ".to_kv", [name + ".to_k", name + ".to_v"]), 2, -1)
    else:
      k = __torch__.layers.linear(w, source, name + ".to_k")
      v = __torch__.layers.linear(w, source, name + ".to_v")
    return (k, v)

  # x: (batch, tokens, width); source: (m, tokens, width), m dividing the batch: one source serves batch / m neighbours, and its
  # keys and values are made once for all of them. itself: the source is x. made: those keys and values where they are there already.
  # images: keys and values of each image prompt, (m, its tokens, width), which the same queries attend to; strengths: what the answer
  # of each is multiplied with.
  def attention(self: __torch__.UNet, x: Tensor, source: Tensor, itself: bool, made: List[Tensor], name: str, heads: int, images: List[Tensor], strengths: List[float]) -> Tensor:
    w = self.w
    n = x.size(0)
    if self.joined and itself:
      parts = [name + ".to_q", name + ".to_k", name + ".to_v"]
      q, k, v = torch.chunk(__torch__.layers.product(w, x, name + ".to_qkv", parts), 3, -1)
    else:
      q = __torch__.layers.linear(w, x, name + ".to_q")
      if len(made) > 0:
        k = made[0]
        v = made[1]
      else:
        k, v = self.keys_and_values(source, name)
    k = self.shared(k, n)
    v = self.shared(v, n)
    if self.upcast_attention:
      q = torch.to(q, 6)
      k = torch.to(k, 6)
      v = torch.to(v, 6)
    q = __torch__.layers.split_heads(q, heads)
    k = __torch__.layers.split_heads(k, heads)
    v = __torch__.layers.split_heads(v, heads)
    y = __torch__.layers.join_heads(self.attend(q, k, v))
    for i in range(len(strengths)):
      k = __torch__.layers.split_heads(torch.to(self.shared(images[2 * i], n), q.dtype), heads)
      v = __torch__.layers.split_heads(torch.to(self.shared(images[2 * i + 1], n), q.dtype), heads)
      y = torch.add(y, torch.mul(__torch__.layers.join_heads(self.attend(q, k, v)), strengths[i]))
    return __torch__.layers.linear(w, torch.to(y, x.dtype), name + ".to_out.0")

  # A text's keys and values for each cross-attention in the order of computation: a forward that is given them need not make them.
  # context: (m, tokens, width)
  def texts(self: __torch__.UNet, context: Tensor) -> List[Tensor]:
    made : List[Tensor] = []
    source = torch.to(context, self.dtype)
    k = 0
    for i in range(len(self.down_layers)):
      for j in range(self.down_layers[i]):
        self.texts_of(source, "down_blocks." + str(i), j, self.down_depths[k], made)
        k = k + 1
    for j in range(len(self.mid_depths)):
      self.texts_of(source, "mid_block", j, self.mid_depths[j], made)
    k = 0
    for i in range(len(self.up_layers)):
      for j in range(self.up_layers[i]):
        self.texts_of(source, "up_blocks." + str(i), j, self.up_depths[k], made)
        k = k + 1
    return made

  # Those of one transformer, behind those that are made.
  def texts_of(self: __torch__.UNet, source: Tensor, block: str, number: int, depth: int, made: List[Tensor]) -> NoneType:
    for i in range(depth):
      k, v = self.keys_and_values(source, block + ".attentions." + str(number) + ".transformer_blocks." + str(i) + ".attn2")
      made.append(k)
      made.append(v)
    return None

  # Of a text's, what belongs to cross-attention number n; none where none are there.
  def text_at(self: __torch__.UNet, texts: List[Tensor], n: int) -> List[Tensor]:
    mine : List[Tensor] = []
    if len(texts) > 0:
      mine.append(texts[2 * n])
      mine.append(texts[2 * n + 1])
    return mine

  # Of an image prompt list by layer (see forward), what belongs to cross-attention number n, and only where it counts.
  def images_at(self: __torch__.UNet, images: List[Tensor], strengths: List[float], n: int) -> List[Tensor]:
    mine : List[Tensor] = []
    for i in range(len(strengths) // self.attentions):
      at = i * self.attentions + n
      if strengths[at] != 0.:
        mine.append(images[2 * at])
        mine.append(images[2 * at + 1])
    return mine

  def strengths_at(self: __torch__.UNet, strengths: List[float], n: int) -> List[float]:
    mine : List[float] = []
    for i in range(len(strengths) // self.attentions):
      at = i * self.attentions + n
      if strengths[at] != 0.:
        mine.append(strengths[at])
    return mine

  # first: the number of its first cross-attention, in the order of computation
  def transformer(self: __torch__.UNet, x: Tensor, context: Tensor, name: str, depth: int, heads: int, first: int, texts: List[Tensor], images: List[Tensor], strengths: List[float]) -> Tensor:
    w = self.w
    none : List[Tensor] = []
    nothing : List[float] = []
    n, channels, height, width = x.size()
    h = __torch__.layers.norm(w, x, name + ".norm", self.groups, 1e-06, self.norms_last)
    if self.linear_projection:
      h = torch.permute(h, [0, 2, 3, 1]).reshape([n, height * width, channels])
      h = __torch__.layers.linear(w, h, name + ".proj_in")
    else:
      h = __torch__.layers.conv(w, h, name + ".proj_in", 1, 0)
      h = torch.permute(h, [0, 2, 3, 1]).reshape([n, height * width, channels])
    for i in range(depth):
      block = name + ".transformer_blocks." + str(i)
      y = __torch__.layers.layer_norm(w, h, block + ".norm1", 1e-05)
      h = torch.add(h, self.attention(y, y, True, none, block + ".attn1", heads, none, nothing))
      y = __torch__.layers.layer_norm(w, h, block + ".norm2", 1e-05)
      mine = self.images_at(images, strengths, first + i)
      h = torch.add(h, self.attention(y, context, False, self.text_at(texts, first + i), block + ".attn2", heads, mine, self.strengths_at(strengths, first + i)))
      y = __torch__.layers.layer_norm(w, h, block + ".norm3", 1e-05)
      value, gate = torch.chunk(__torch__.layers.linear(w, y, block + ".ff.net.0.proj"), 2, -1)
      y = torch.mul(value, torch.gelu(gate))
      h = torch.add(h, __torch__.layers.linear(w, y, block + ".ff.net.2"))
    if self.linear_projection:
      h = __torch__.layers.linear(w, h, name + ".proj_out")
      h = torch.permute(h.reshape([n, height, width, channels]), [0, 3, 1, 2])
    else:
      h = torch.permute(h.reshape([n, height, width, channels]), [0, 3, 1, 2])
      h = __torch__.layers.conv(w, h, name + ".proj_out", 1, 0)
    return torch.add(h, x)

  # A resnet, and the transformer behind it where there is one.
  def layer(self: __torch__.UNet, x: Tensor, time: Tensor, context: Tensor, block: str, number: int, depth: int, heads: int, first: int, texts: List[Tensor], images: List[Tensor], strengths: List[float]) -> Tensor:
    h = self.resnet(x, time, block + ".resnets." + str(number))
    if depth > 0:
      h = self.transformer(h, context, block + ".attentions." + str(number), depth, heads, first, texts, images, strengths)
    return h

  # What a forward is told but for the text: (n, width). t: (n); see forward.
  def told(self: __torch__.UNet, t: Tensor, guidance: float, pooled: Optional[Tensor], time_ids: Optional[Tensor]) -> Tensor:
    w = self.w
    dtype = self.dtype
    instant = torch.to(self.sinusoid(t, w["time.frequencies"]), dtype)
    if self.guidance_dim > 0:
      scale = torch.to(self.guidance_sinusoid(guidance), dtype)
      instant = torch.add(instant, __torch__.layers.linear(w, scale, "time_embedding.cond_proj"))
    time = self.mlp(instant, "time_embedding")
    if pooled is not None and time_ids is not None:
      ids = self.sinusoid(torch.flatten(time_ids), w["time_ids.frequencies"]).reshape([t.size(0), -1])
      added = torch.to(torch.cat([pooled, ids], 1), dtype)
      time = torch.add(time, self.mlp(added, "add_embedding"))
    return time

  # What comes in, in the network's type and memory.
  def entered(self: __torch__.UNet, x: Tensor) -> Tensor:
    return torch.contiguous(torch.to(x, self.dtype), memory_format=self.memory_format)

  # The way down from the first convolution's h: all that is left for the way up, h first and what comes out last.
  def down(self: __torch__.UNet, h: Tensor, time: Tensor, context: Tensor, texts: List[Tensor], images: List[Tensor], strengths: List[float]) -> List[Tensor]:
    skips = [h]
    blocks = len(self.down_layers)
    a = 0
    k = 0
    for i in range(blocks):
      block = "down_blocks." + str(i)
      for j in range(self.down_layers[i]):
        h = self.layer(h, time, context, block, j, self.down_depths[k], self.down_heads[i], a, texts, images, strengths)
        a = a + self.down_depths[k]
        k = k + 1
        skips.append(h)
      if i + 1 < blocks:
        h = __torch__.layers.conv(self.w, h, block + ".downsamplers.0.conv", 2, 1)
        skips.append(h)
    return skips

  # How many cross-attentions there are on the way down.
  def down_attentions(self: __torch__.UNet) -> int:
    a = 0
    for k in range(len(self.down_depths)):
      a = a + self.down_depths[k]
    return a

  def middle(self: __torch__.UNet, h: Tensor, time: Tensor, context: Tensor, texts: List[Tensor], images: List[Tensor], strengths: List[float]) -> Tensor:
    a = self.down_attentions()
    for j in range(len(self.mid_depths)):
      h = self.layer(h, time, context, "mid_block", j, self.mid_depths[j], self.mid_heads, a, texts, images, strengths)
      a = a + self.mid_depths[j]
    return h

  # One forward. x: (n, channels, height, width); t: (n); context: (m, tokens, width), m dividing n; pooled: (n, width) and
  # time_ids: (n, 6), in pixels, for a UNet with add_embedding; guidance counts for a UNet with cond_proj. All float32; so is the prediction, of x's shape.
  # residuals: of ControlNets, weighed and summed: what is added to each skip connection in the order in which they are made, and last what is
  # added behind the middle; each has n rows; empty: there is none. texts: what `texts` makes of the context, which is not read then; empty:
  # keys and values are made here, layer by layer. images: for each image prompt, for each cross-attention in the order of
  # computation, its keys and its values (m, tokens, width); strengths: one for each such pair.
  def forward(self: __torch__.UNet, x: Tensor, t: Tensor, context: Tensor, guidance: float, residuals: List[Tensor], texts: List[Tensor], images: List[Tensor], strengths: List[float], pooled: Optional[Tensor]=None, time_ids: Optional[Tensor]=None) -> Tensor:
    w = self.w
    dtype = self.dtype
    context = torch.to(context, dtype)
    time = torch.silu(self.told(t, guidance, pooled, time_ids))
    h = __torch__.layers.conv(w, self.entered(x), "conv_in", 1, 1)
    skips = self.down(h, time, context, texts, images, strengths)
    h = self.middle(skips[-1], time, context, texts, images, strengths)
    if len(residuals) > 0:
      h = torch.add(h, torch.to(residuals[-1], dtype))
      for j in range(len(skips)):
        skips[j] = torch.add(skips[j], torch.to(residuals[j], dtype))
    a = self.down_attentions()
    for j in range(len(self.mid_depths)):
      a = a + self.mid_depths[j]
    blocks = len(self.up_layers)
    k = 0
    for i in range(blocks):
      block = "up_blocks." + str(i)
      for j in range(self.up_layers[i]):
        h = torch.cat([h, skips.pop()], 1)
        h = self.layer(h, time, context, block, j, self.up_depths[k], self.up_heads[i], a, texts, images, strengths)
        a = a + self.up_depths[k]
        k = k + 1
      if i + 1 < blocks:
        # to the size of what is joined next: an odd side was rounded up on the way down
        size = skips[-1].size()
        h = torch.upsample_nearest2d(h, [size[2], size[3]])
        h = __torch__.layers.conv(w, h, block + ".upsamplers.0.conv", 1, 1)
    h = torch.silu_(__torch__.layers.norm(w, h, "conv_norm_out", self.groups, self.eps, self.norms_last))
    h = __torch__.layers.conv(w, h, "conv_out", 1, 1)
    return torch.contiguous(torch.to(h, 6), memory_format=0)

  # For both halves of guidance of all views, (2, width) as (2 * views, width).
  def rows(self: __torch__.UNet, pooled: Tensor, views: int) -> Tensor:
    m = pooled.size(0)
    return torch.expand(torch.unsqueeze(pooled, 1), [m, views, pooled.size(1)]).reshape([m * views, -1])

  # Both halves of guidance, the unconditional one first. x: (views, …), t: (1), time_ids: (views, 6); context and pooled: the
  # unconditional row, then the text row; so are residuals (2·views rows) and images.
  def halves(self: __torch__.UNet, x: Tensor, t: Tensor, context: Tensor, scale: float, residuals: List[Tensor], texts: List[Tensor], images: List[Tensor], strengths: List[float], pooled: Optional[Tensor], time_ids: Optional[Tensor]) -> Tensor:
    views = x.size(0)
    both = torch.cat([x, x], 0)
    rows : Optional[Tensor] = None
    ids : Optional[Tensor] = None
    if pooled is not None and time_ids is not None:
      rows = self.rows(pooled, views)
      ids = torch.cat([time_ids, time_ids], 0)
    return self.forward(both, torch.expand(t, [2 * views]), context, scale, residuals, texts, images, strengths, rows, ids)

  # What is guided, pulled back to the spread of the text half.
  def rescaled(self: __torch__.UNet, guided: Tensor, text: Tensor, rescale: float) -> Tensor:
    if rescale > 0.:
      spread = torch.div(torch.std(text, [1, 2, 3], True, True), torch.std(guided, [1, 2, 3], True, True))
      pulled = torch.mul(torch.mul(guided, spread), rescale)
      guided = torch.add(pulled, torch.mul(guided, 1. - rescale))
    return guided

  # Guided predictions; only they leave the device.
  def guided(self: __torch__.UNet, x: Tensor, t: Tensor, context: Tensor, scale: float, rescale: float, residuals: List[Tensor], texts: List[Tensor], images: List[Tensor], strengths: List[float], pooled: Optional[Tensor]=None, time_ids: Optional[Tensor]=None) -> Tensor:
    unconditional, text = torch.chunk(self.halves(x, t, context, scale, residuals, texts, images, strengths, pooled, time_ids), 2, 0)
    guided = torch.add(unconditional, torch.mul(torch.sub(text, unconditional), scale))
    return self.rescaled(guided, text, rescale)

  # The same, split: low is added to the scale of low frequencies. rows, columns: what keeps them along either axis.
  def split(self: __torch__.UNet, x: Tensor, t: Tensor, context: Tensor, scale: float, rescale: float, low: float, rows: Tensor, columns: Tensor, residuals: List[Tensor], texts: List[Tensor], images: List[Tensor], strengths: List[float], pooled: Optional[Tensor]=None, time_ids: Optional[Tensor]=None) -> Tensor:
    unconditional, text = torch.chunk(self.halves(x, t, context, scale, residuals, texts, images, strengths, pooled, time_ids), 2, 0)
    difference = torch.sub(text, unconditional)
    kept = torch.matmul(torch.matmul(rows, difference), torch.t(columns))
    guided = torch.add(torch.add(unconditional, torch.mul(difference, scale)), torch.mul(kept, low))
    return self.rescaled(guided, text, rescale)

  # One half of guidance, or no guidance, or a guidance that the UNet is told. context and pooled: one row.
  def half(self: __torch__.UNet, x: Tensor, t: Tensor, context: Tensor, guidance: float, residuals: List[Tensor], texts: List[Tensor], images: List[Tensor], strengths: List[float], pooled: Optional[Tensor]=None, time_ids: Optional[Tensor]=None) -> Tensor:
    views = x.size(0)
    rows : Optional[Tensor] = None
    if pooled is not None:
      rows = torch.expand(pooled, [views, pooled.size(1)])
    return self.forward(x, torch.expand(t, [views]), context, guidance, residuals, texts, images, strengths, rows, time_ids)
