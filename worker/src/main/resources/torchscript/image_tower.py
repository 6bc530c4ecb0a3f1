# CLIPVisionModelWithProjection of transformers: a picture is cut into squares, each a token behind the class token.
class ImageTower(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]
  dtype : int
  layers : int
  heads : int
  patch : int
  eps : float
  quick_gelu : bool

  def put(self: __torch__.ImageTower, name: str, value: Tensor, is_bfloat16: bool) -> NoneType:
    if name.startswith("vision_model.embeddings."):
      self.w[name] = __torch__.layers.table(value, is_bfloat16, self.dtype)
    else:
      self.w[name] = __torch__.layers.weight(value, is_bfloat16, self.dtype)
    return None

  def layer(self: __torch__.ImageTower, x: Tensor, name: str) -> Tensor:
    w = self.w
    y = __torch__.layers.layer_norm(w, x, name + ".layer_norm1", self.eps)
    q = __torch__.layers.split_heads(__torch__.layers.linear(w, y, name + ".self_attn.q_proj"), self.heads)
    k = __torch__.layers.split_heads(__torch__.layers.linear(w, y, name + ".self_attn.k_proj"), self.heads)
    v = __torch__.layers.split_heads(__torch__.layers.linear(w, y, name + ".self_attn.v_proj"), self.heads)
    y = __torch__.layers.join_heads(torch.scaled_dot_product_attention(q, k, v))
    h = torch.add(x, __torch__.layers.linear(w, y, name + ".self_attn.out_proj"))
    y = __torch__.layers.layer_norm(w, h, name + ".layer_norm2", self.eps)
    y = __torch__.layers.linear(w, y, name + ".mlp.fc1")
    if self.quick_gelu:
      y = torch.mul(y, torch.sigmoid(torch.mul(y, 1.702)))
    else:
      y = torch.gelu(y)
    return torch.add(h, __torch__.layers.linear(w, y, name + ".mlp.fc2"))

  # pixels: (n, 3, side, side), normalised -> (n, 1 + squares, width), after the first layers
  def states(self: __torch__.ImageTower, pixels: Tensor, layers: int) -> Tensor:
    w = self.w
    x = torch.to(pixels, self.dtype)
    squares = torch.conv2d(x, w["vision_model.embeddings.patch_embedding.weight"], None, [self.patch, self.patch])
    squares = torch.transpose(torch.flatten(squares, 2), 1, 2)
    first = w["vision_model.embeddings.class_embedding"]
    first = torch.expand(first.view([1, 1, first.size(0)]), [x.size(0), 1, first.size(0)])
    h = torch.add(torch.cat([first, squares], 1), w["vision_model.embeddings.position_embedding.weight"])
    h = __torch__.layers.layer_norm(w, h, "vision_model.pre_layrnorm", self.eps)
    for i in range(layers):
      h = self.layer(h, "vision_model.encoder.layers." + str(i))
    return h

  # What the layers but the last make of pictures, without a norm.
  def penultimate(self: __torch__.ImageTower, pixels: Tensor) -> Tensor:
    return torch.to(self.states(pixels, self.layers - 1), 6)

  # The pictures' embeddings: (n, projection)
  def embedding(self: __torch__.ImageTower, pixels: Tensor) -> Tensor:
    h = torch.select(self.states(pixels, self.layers), 1, 0)
    h = __torch__.layers.layer_norm(self.w, h, "vision_model.post_layernorm", self.eps)
    return torch.to(__torch__.layers.linear(self.w, h, "visual_projection"), 6)
