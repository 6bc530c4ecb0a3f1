# CLIPTextModel and CLIPTextModelWithProjection of transformers.
class TextTower(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]
  dtype : int
  layers : int
  heads : int
  eps : float
  quick_gelu : bool

  def weight(self: __torch__.TextTower, name: str) -> Tensor:
    return self.w[name]

  # Another network's tensor, not a copy of it.
  def share(self: __torch__.TextTower, name: str, value: Tensor) -> NoneType:
    self.w[name] = value
    return None

  def replace(self: __torch__.TextTower, name: str, value: Tensor) -> NoneType:
    self.w[name] = __torch__.layers.made(value, self.dtype)
    return None

  def put(self: __torch__.TextTower, name: str, value: Tensor, is_bfloat16: bool) -> NoneType:
    if name.startswith("text_model.embeddings."):
      self.w[name] = __torch__.layers.table(value, is_bfloat16, self.dtype)
    else:
      self.w[name] = __torch__.layers.weight(value, is_bfloat16, self.dtype)
    return None

  def leave(self: __torch__.TextTower) -> NoneType:
    self.w = __torch__.layers.kept(self.w)
    return None

  def store(self: __torch__.TextTower, name: str, value: Tensor, is_bfloat16: bool, is_made: bool, at: Tensor, in_host: bool, float8: bool, leaves: bool) -> NoneType:
    __torch__.layers.store(self.w, name, value, is_bfloat16, is_made, self.dtype, at, in_host, float8, leaves)
    return None

  def back(self: __torch__.TextTower, name: str, at: Tensor) -> NoneType:
    __torch__.layers.back(self.w, name, at)
    return None

  def layer(self: __torch__.TextTower, x: Tensor, name: str) -> Tensor:
    w = self.w
    y = __torch__.layers.layer_norm(w, x, name + ".layer_norm1", self.eps)
    q = __torch__.layers.split_heads(__torch__.layers.linear(w, y, name + ".self_attn.q_proj"), self.heads)
    k = __torch__.layers.split_heads(__torch__.layers.linear(w, y, name + ".self_attn.k_proj"), self.heads)
    v = __torch__.layers.split_heads(__torch__.layers.linear(w, y, name + ".self_attn.v_proj"), self.heads)
    y = __torch__.layers.join_heads(torch.scaled_dot_product_attention(q, k, v, is_causal=True))
    h = torch.add(x, __torch__.layers.linear(w, y, name + ".self_attn.out_proj"))
    y = __torch__.layers.layer_norm(w, h, name + ".layer_norm2", self.eps)
    y = __torch__.layers.linear(w, y, name + ".mlp.fc1")
    if self.quick_gelu:
      y = torch.mul(y, torch.sigmoid(torch.mul(y, 1.702)))
    else:
      y = torch.gelu(y)
    return torch.add(h, __torch__.layers.linear(w, y, name + ".mlp.fc2"))

  # ids: (1, tokens) -> (1, tokens, width). Where vectors stand instead of tokens: positions (n), rows (n, width).
  def embed(self: __torch__.TextTower, ids: Tensor, is_replaced: bool, positions: Tensor, rows: Tensor) -> Tensor:
    h = torch.embedding(self.w["text_model.embeddings.token_embedding.weight"], ids)
    if is_replaced:
      h = torch.index_copy(h, 1, positions, torch.unsqueeze(torch.to(rows, self.dtype), 0))
    places = torch.arange(ids.size(1), device=ids.device)
    return torch.add(h, torch.embedding(self.w["text_model.embeddings.position_embedding.weight"], places))

  def through(self: __torch__.TextTower, h: Tensor, first: int, count: int) -> Tensor:
    for i in range(count):
      h = self.layer(h, "text_model.encoder.layers." + str(first + i))
    return h

  def normed(self: __torch__.TextTower, h: Tensor) -> Tensor:
    return __torch__.layers.layer_norm(self.w, h, "text_model.final_layer_norm", self.eps)

  # What the tower says without its last layers, with its final norm or without: (batch, tokens, width).
  def states(self: __torch__.TextTower, ids: Tensor, is_replaced: bool, positions: Tensor, rows: Tensor, left_out: int, final_norm: bool) -> Tensor:
    h = self.through(self.embed(ids, is_replaced, positions, rows), 0, self.layers - left_out)
    if final_norm:
      h = self.normed(h)
    return torch.to(h, 6)

  # Also the projected state at the end of the text, of all layers: (batch, tokens, width), (batch, projection);
  # ends: (batch) positions.
  def states_and_pooled(self: __torch__.TextTower, ids: Tensor, is_replaced: bool, positions: Tensor, rows: Tensor, left_out: int, final_norm: bool, ends: Tensor) -> Tuple[Tensor, Tensor]:
    states = self.through(self.embed(ids, is_replaced, positions, rows), 0, self.layers - left_out)
    h = self.normed(self.through(states, self.layers - left_out, left_out))
    if final_norm:
      states = self.normed(states)
    index = torch.expand(torch.unsqueeze(torch.unsqueeze(ends, 1), 2), [h.size(0), 1, h.size(2)])
    pooled = __torch__.layers.linear(self.w, torch.squeeze(torch.gather(h, 1, index), 1), "text_projection")
    return (torch.to(states, 6), torch.to(pooled, 6))
