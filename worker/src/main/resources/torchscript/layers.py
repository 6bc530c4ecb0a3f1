# Layers that all networks share. The dialect is that of a TorchScript archive: types are numbers (6 float32, 5 float16,
# 15 bfloat16), memory formats too (2 is channels last). Weights lie in one dictionary under their diffusers names.
def linear(w: Dict[str, Tensor], x: Tensor, name: str) -> Tensor:
  bias : Optional[Tensor] = None
  if name + ".bias" in w:
    bias = w[name + ".bias"]
  return torch.linear(x, w[name + ".weight"], bias)

def conv(w: Dict[str, Tensor], x: Tensor, name: str, stride: int, padding: int) -> Tensor:
  return torch.conv2d(x, w[name + ".weight"], w[name + ".bias"], [stride, stride], [padding, padding])

def group_norm(w: Dict[str, Tensor], x: Tensor, name: str, groups: int, eps: float) -> Tensor:
  return torch.group_norm(x, groups, w[name + ".weight"], w[name + ".bias"], eps)

def layer_norm(w: Dict[str, Tensor], x: Tensor, name: str, eps: float) -> Tensor:
  return torch.layer_norm(x, [x.size(-1)], w[name + ".weight"], w[name + ".bias"], eps)

# (batch, tokens, heads * d) -> (batch, heads, tokens, d), a view
def split_heads(x: Tensor, heads: int) -> Tensor:
  return torch.transpose(x.view([x.size(0), x.size(1), heads, x.size(2) // heads]), 1, 2)

# (batch, heads, tokens, d) -> (batch, tokens, heads * d)
def join_heads(x: Tensor) -> Tensor:
  return torch.transpose(x, 1, 2).reshape([x.size(0), x.size(2), x.size(1) * x.size(3)])

# A weight as Java hands it over: bfloat16 comes under the name of float16, which has its size.
def weight(value: Tensor, is_bfloat16: bool, dtype: int, channels_last: bool) -> Tensor:
  x = value
  if is_bfloat16:
    x = torch.view(x, 15)
  x = torch.to(x, dtype)
  if channels_last and torch.dim(x) == 4:
    x = torch.contiguous(x, memory_format=2)
  return x
