# Layers that all networks share. The dialect is that of a TorchScript archive: types are numbers (6 float32, 5 float16,
# 15 bfloat16), memory formats too (2 is channels last). Weights lie in one dictionary under their diffusers names.

# A layer's matrix where x is and in x's type. What does not stay there ready for use is in the dictionary as ".stored": in host
# memory, in fewer bits, or both. It comes for this product alone.
def matrix(w: Dict[str, Tensor], x: Tensor, name: str) -> Tensor:
  if name + ".stored" in w:
    y = w[name + ".stored"]
    if not ops.prim.is_mkldnn(y):
      if name + ".scale" in w:
        y = torch.to(torch.to(y, ops.prim.device(x), ops.prim.dtype(y), True), ops.prim.dtype(x))
        y = torch.mul_(y, w[name + ".scale"])
      else:
        y = torch.to(y, ops.prim.device(x), ops.prim.dtype(x), True, True)
  else:
    y = w[name + ".weight"]
  return y

def linear(w: Dict[str, Tensor], x: Tensor, name: str) -> Tensor:
  bias : Optional[Tensor] = None
  if name + ".bias" in w:
    bias = w[name + ".bias"]
  weight = __torch__.layers.matrix(w, x, name)
  if ops.prim.is_mkldnn(weight):
    y = ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
  else:
    y = torch.linear(x, weight, bias)
  return y

def conv(w: Dict[str, Tensor], x: Tensor, name: str, stride: int, padding: int) -> Tensor:
  weight = __torch__.layers.matrix(w, x, name)
  if ops.prim.is_mkldnn(weight):
    y = ops.mkldnn._convolution_pointwise(x, weight, w[name + ".bias"], [padding, padding], [stride, stride], [1, 1], 1, "none", annotate(List[Optional[number]], []), "")
  else:
    y = torch.conv2d(x, weight, w[name + ".bias"], [stride, stride], [padding, padding])
  return y

def group_norm(w: Dict[str, Tensor], x: Tensor, name: str, groups: int, eps: float) -> Tensor:
  return torch.group_norm(x, groups, w[name + ".weight"], w[name + ".bias"], eps)

# The same, but what comes in channels last stays so: moments over a view of it, then one multiply-add. The built-in kernel of
# CUDA gives channels first, and every convolution behind it turns that back. Half precision takes its moments in float32.
def group_norm_last(w: Dict[str, Tensor], x: Tensor, name: str, groups: int, eps: float) -> Tensor:
  n, channels, height, width = x.size()
  share = channels // groups
  rows = torch.permute(x, [0, 2, 3, 1]).reshape([n, height * width, groups, share])
  if ops.prim.dtype(x) == 6:
    variance, mean = torch.var_mean(rows, [1, 3], False, True)
  else:
    mean = torch.mean(rows, [1, 3], True, dtype=6)
    variance = torch.var(rows, [1, 3], False, True, out=torch.empty_like(mean))
  scale = torch.mul(torch.rsqrt(torch.add(variance, eps)), w[name + ".weight"].view([1, 1, groups, share]))
  shift = torch.addcmul(w[name + ".bias"].view([1, 1, groups, share]), mean, scale, value=-1)
  y = torch.addcmul(shift, rows, scale, out=torch.empty_like(rows))
  return torch.permute(y.view([n, height, width, channels]), [0, 3, 1, 2])

# As the network was told to: with `last` in channels last throughout.
def norm(w: Dict[str, Tensor], x: Tensor, name: str, groups: int, eps: float, last: bool) -> Tensor:
  if last:
    y = __torch__.layers.group_norm_last(w, x, name, groups, eps)
  else:
    y = __torch__.layers.group_norm(w, x, name, groups, eps)
  return y

def layer_norm(w: Dict[str, Tensor], x: Tensor, name: str, eps: float) -> Tensor:
  return torch.layer_norm(x, [x.size(-1)], w[name + ".weight"], w[name + ".bias"], eps)

# A matrix as it lies in its file, whatever it was packed into.
def unpacked(x: Tensor) -> Tensor:
  if ops.prim.is_mkldnn(x):
    x = torch.to_dense(x)
  return x

# Several matrices without biases in one product: (…, rows of all of them), in their order. They lie together under `name` where
# that was made; a part of it is a view.
def product(w: Dict[str, Tensor], x: Tensor, name: str, parts: List[str]) -> Tensor:
  if name + ".weight" in w:
    weight = w[name + ".weight"]
  else:
    matrices = annotate(List[Tensor], [])
    for part in parts:
      matrices.append(__torch__.layers.unpacked(__torch__.layers.matrix(w, x, part)))
    weight = torch.cat(matrices, 0)
  return torch.linear(x, weight)

# Lays matrices together, so that `product` need not; each goes on as a view of its rows.
def join(w: Dict[str, Tensor], name: str, parts: List[str]) -> NoneType:
  matrices = annotate(List[Tensor], [])
  for part in parts:
    matrices.append(__torch__.layers.unpacked(w[part]))
  whole = torch.cat(matrices, 0)
  w[name] = whole
  first = 0
  for i in range(len(parts)):
    next = first + matrices[i].size(0)
    w[parts[i]] = torch.slice(whole, 0, first, next)
    first = next
  return None

# (batch, tokens, heads * d) -> (batch, heads, tokens, d), a view
def split_heads(x: Tensor, heads: int) -> Tensor:
  return torch.transpose(x.view([x.size(0), x.size(1), heads, x.size(2) // heads]), 1, 2)

# (batch, heads, tokens, d) -> (batch, tokens, heads * d)
def join_heads(x: Tensor) -> Tensor:
  return torch.transpose(x, 1, 2).reshape([x.size(0), x.size(2), x.size(1) * x.size(3)])

# Attention of (batch, heads, tokens, d). Where libtorch has no kernel that keeps no square of the tokens, so many queries at once
# as bound it; 0: all of them.
def attend(q: Tensor, k: Tensor, v: Tensor, most_queries: int) -> Tensor:
  tokens = q.size(2)
  if most_queries == 0 or tokens <= most_queries:
    y = torch.scaled_dot_product_attention(q, k, v)
  else:
    parts : List[Tensor] = []
    for i in range((tokens + most_queries - 1) // most_queries):
      some = torch.slice(q, 2, i * most_queries, ops.prim.min(tokens, (i + 1) * most_queries), 1)
      parts.append(torch.scaled_dot_product_attention(some, k, v))
    y = torch.cat(parts, 2)
  return y

# A weight as Java hands it over: bfloat16 comes under the name of float16, which has its size. On a CPU in float32 it is laid
# out once as oneDNN wants it, except for a matrix that can stay where it is: in the pages of its file.
def weight(value: Tensor, is_bfloat16: bool, dtype: int) -> Tensor:
  x = value
  if is_bfloat16:
    x = torch.view(x, 15)
  x = torch.to(x, dtype)
  pack = dtype == 6 and not ops.prim.is_cuda(x)
  if torch.dim(x) == 4:
    if pack:
      pad = (x.size(2) - 1) // 2
      x = torch.mkldnn_reorder_conv2d_weight(torch.to_mkldnn(x), [pad, pad], [1, 1], [1, 1], 1)
    else:
      x = torch.contiguous(x, memory_format=2)
  if torch.dim(x) == 2 and pack and ops.prim.dtype(value) != 6:
    x = ops.mkldnn._reorder_linear_weight(x)
  return x

# A weight as anybody's first program would hold it: in its type, channels first.
def eager(value: Tensor, is_bfloat16: bool, dtype: int) -> Tensor:
  x = value
  if is_bfloat16:
    x = torch.view(x, 15)
  return torch.clone(torch.to(x, dtype))

# A weight that was made anew in float32, in memory of its own: what it is handed over in is used again.
def made(value: Tensor, dtype: int) -> Tensor:
  x = torch.to(value, dtype)
  pack = dtype == 6 and not ops.prim.is_cuda(x)
  if torch.dim(x) == 4:
    if pack:
      pad = (x.size(2) - 1) // 2
      x = torch.mkldnn_reorder_conv2d_weight(torch.to_mkldnn(x), [pad, pad], [1, 1], [1, 1], 1)
    else:
      x = torch.contiguous(x, memory_format=2)
  else:
    if pack:
      if torch.dim(x) == 2:
        x = ops.mkldnn._reorder_linear_weight(x)
      else:
        x = torch.clone(x)
  return x

# The same for what is looked up and not multiplied with.
def table(value: Tensor, is_bfloat16: bool, dtype: int) -> Tensor:
  x = value
  if is_bfloat16:
    x = torch.view(x, 15)
  return torch.to(x, dtype)

# Puts a matrix into the dictionary so that `matrix` brings it. value: in host memory; at: something on the device; in_host:
# whether it stays behind in host memory, pinned where that is another; float8: whether in eight bits (e4m3), each row with a
# power of two that its largest value needs. is_made: as `made` has it, not `weight`. leaves: whether the eight bits are kept
# in host memory for `back`.
def store(w: Dict[str, Tensor], name: str, value: Tensor, is_bfloat16: bool, is_made: bool, dtype: int, at: Tensor, in_host: bool, float8: bool, leaves: bool) -> NoneType:
  if ops.prim.is_cuda(at) or float8:
    x = value
    if is_bfloat16:
      x = torch.view(x, 15)
    x = torch.to(x, dtype)
    if torch.dim(x) == 4:
      x = torch.contiguous(x, memory_format=2)
    if float8:
      wide = torch.to(x, 6)
      top = torch.amax(torch.flatten(torch.abs(wide), 1), [1], True)
      top = torch.exp2(torch.clamp(torch.ceil(torch.log2(torch.div(top, 448.))), -24., 15.))
      rows = [x.size(0), 1]
      if torch.dim(x) == 4:
        rows = [x.size(0), 1, 1, 1]
      scale = torch.to(top, dtype).reshape(rows)
      x = torch.to(torch.div(wide, torch.to(scale, 6)), 24)
      w[name + ".scale"] = torch.to(scale, ops.prim.device(at), dtype)
      if leaves:
        w[name + ".away.kept"] = x
        w[name + ".away.scale.kept"] = scale
    if in_host and ops.prim.is_cuda(at):
      x = torch.pin_memory(x)
    else:
      x = torch.to(x, ops.prim.device(at), ops.prim.dtype(x), False, is_made)
  else:
    if is_made:
      x = __torch__.layers.made(value, dtype)
    else:
      x = __torch__.layers.weight(value, is_bfloat16, dtype)
  w[name + ".stored"] = x
  if in_host:
    w[name + ".stored.kept"] = x
    if float8:
      w[name + ".scale.kept"] = x
  return None

# Puts a matrix in eight bits onto the device again, as `store` made it.
def back(w: Dict[str, Tensor], name: str, at: Tensor) -> NoneType:
  x = w[name + ".away.kept"]
  w[name + ".stored"] = torch.to(x, ops.prim.device(at), ops.prim.dtype(x))
  scale = w[name + ".away.scale.kept"]
  w[name + ".scale"] = torch.to(scale, ops.prim.device(at), ops.prim.dtype(scale))
  return None

# What is left when a network leaves the device: matrices in host memory, and what small belongs to them.
def kept(w: Dict[str, Tensor]) -> Dict[str, Tensor]:
  kept : Dict[str, Tensor] = {}
  for key in w.keys():
    if key.endswith(".kept") or key + ".kept" in w:
      kept[key] = w[key]
  return kept
