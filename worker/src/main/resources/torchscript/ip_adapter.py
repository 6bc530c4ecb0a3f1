# An IP-Adapter: what makes tokens of an encoder's states (tencent's ImageProjModel, MLPProjModel and Resampler), and the matrices
# that make keys and values of tokens for each cross-attention of a UNet. Weights lie under tencent's names.
class IpAdapter(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]
  dtype : int
  tokens : int
  width : int
  depth : int
  heads : int
  numbers : List[int]

  def put(self: __torch__.IpAdapter, name: str, value: Tensor, is_bfloat16: bool) -> NoneType:
    self.w[name] = __torch__.layers.weight(value, is_bfloat16, self.dtype)
    return None

  # e: (1, embedding) -> (1, tokens, width)
  def plain(self: __torch__.IpAdapter, e: Tensor) -> Tensor:
    y = __torch__.layers.linear(self.w, torch.to(e, self.dtype), "image_proj.proj")
    y = __torch__.layers.layer_norm(self.w, y.reshape([1, self.tokens, self.width]), "image_proj.norm", 1e-05)
    return torch.to(y, 6)

  # h: (1, encoder's tokens, encoder's width) -> (1, as many tokens, width)
  def full(self: __torch__.IpAdapter, h: Tensor) -> Tensor:
    w = self.w
    y = torch.gelu(__torch__.layers.linear(w, torch.to(h, self.dtype), "image_proj.proj.0"))
    y = __torch__.layers.layer_norm(w, __torch__.layers.linear(w, y, "image_proj.proj.2"), "image_proj.proj.3", 1e-05)
    return torch.to(y, 6)

  # h: (1, encoder's tokens, encoder's width) -> (1, tokens, width): latents look at h and at themselves.
  def plus(self: __torch__.IpAdapter, h: Tensor) -> Tensor:
    w = self.w
    z = w["image_proj.latents"]
    y = __torch__.layers.linear(w, torch.to(h, self.dtype), "image_proj.proj_in")
    for i in range(self.depth):
      layer = "image_proj.layers." + str(i)
      seen = __torch__.layers.layer_norm(w, y, layer + ".0.norm1", 1e-05)
      own = __torch__.layers.layer_norm(w, z, layer + ".0.norm2", 1e-05)
      q = __torch__.layers.split_heads(__torch__.layers.linear(w, own, layer + ".0.to_q"), self.heads)
      k, v = torch.chunk(__torch__.layers.linear(w, torch.cat([seen, own], 1), layer + ".0.to_kv"), 2, -1)
      a = torch.scaled_dot_product_attention(q, __torch__.layers.split_heads(k, self.heads), __torch__.layers.split_heads(v, self.heads))
      z = torch.add(z, __torch__.layers.linear(w, __torch__.layers.join_heads(a), layer + ".0.to_out"))
      a = __torch__.layers.layer_norm(w, z, layer + ".1.0", 1e-05)
      a = torch.gelu(__torch__.layers.linear(w, a, layer + ".1.1"))
      z = torch.add(z, __torch__.layers.linear(w, a, layer + ".1.3"))
    z = __torch__.layers.linear(w, z, "image_proj.proj_out")
    return torch.to(__torch__.layers.layer_norm(w, z, "image_proj.norm_out", 1e-05), 6)

  # tokens: (m, tokens, width) -> keys and values of each layer in turn, (m, tokens, the layer's width). numbers: the layers' in
  # the order in which a UNet computes them.
  def keys_and_values(self: __torch__.IpAdapter, tokens: Tensor) -> List[Tensor]:
    x = torch.to(tokens, self.dtype)
    made : List[Tensor] = []
    for i in range(len(self.numbers)):
      layer = "ip_adapter." + str(self.numbers[i])
      made.append(__torch__.layers.linear(self.w, x, layer + ".to_k_ip"))
      made.append(__torch__.layers.linear(self.w, x, layer + ".to_v_ip"))
    return made
