# What a device does by itself, whatever the networks make of it: one value that is kept there, and products of it.
class Probe(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]
  dtype : int

  # The answer is a single value, so that whoever waits for it has waited for the copy.
  def keep(self: __torch__.Probe, value: Tensor) -> Tensor:
    kept = torch.clone(value)
    self.w["kept"] = kept
    return torch.slice(torch.flatten(kept), 0, 0, 1)

  def kept(self: __torch__.Probe) -> Tensor:
    return self.w["kept"]

  # What is kept is a square matrix.
  def products(self: __torch__.Probe, count: int) -> Tensor:
    matrix = torch.to(self.w["kept"], self.dtype)
    product = matrix
    for n in range(count):
      product = torch.mm(matrix, matrix)
    return torch.to(torch.slice(torch.flatten(product), 0, 0, 1), 6)
