# RRDBNet (ESRGAN, Real-ESRGAN, BSRGAN). Weights lie under BasicSR's names. `unshuffle` is the side of the squares of pixels that
# become channels before the first convolution.
class Rrdb(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  w : Dict[str, Tensor]
  dtype : int
  blocks : int
  doublings : int
  unshuffle : int

  def put(self: __torch__.Rrdb, name: str, value: Tensor, is_bfloat16: bool) -> NoneType:
    self.w[name] = __torch__.layers.weight(value, is_bfloat16, self.dtype)
    return None

  def conv(self: __torch__.Rrdb, x: Tensor, name: str) -> Tensor:
    return __torch__.layers.conv(self.w, x, name, 1, 1)

  def leaky(self: __torch__.Rrdb, x: Tensor) -> Tensor:
    return torch.leaky_relu_(x, 0.2)

  # Each convolution sees what all before it made.
  def dense(self: __torch__.Rrdb, x: Tensor, name: str) -> Tensor:
    seen = x
    for n in range(4):
      y = self.leaky(self.conv(seen, name + ".conv" + str(n + 1)))
      seen = torch.cat([seen, y], 1)
    return torch.add(x, torch.mul(self.conv(seen, name + ".conv5"), 0.2))

  # pixels: (1, 3, height, width) in [0, 1] -> (1, 3, scale * height, scale * width), about [0, 1]
  def upscale(self: __torch__.Rrdb, pixels: Tensor) -> Tensor:
    x = torch.to(pixels, self.dtype)
    if self.unshuffle > 1:
      x = torch.pixel_unshuffle(x, self.unshuffle)
    first = self.conv(torch.contiguous(x, memory_format=2), "conv_first")
    y = first
    for i in range(self.blocks):
      block = "body." + str(i)
      z = y
      for d in range(3):
        z = self.dense(z, block + ".rdb" + str(d + 1))
      y = torch.add(y, torch.mul(z, 0.2))
    y = torch.add(first, self.conv(y, "conv_body"))
    for i in range(self.doublings):
      y = torch.upsample_nearest2d(y, [y.size(2) * 2, y.size(3) * 2])
      y = self.leaky(self.conv(y, "conv_up" + str(i + 1)))
    y = self.conv(self.leaky(self.conv(y, "conv_hr")), "conv_last")
    return torch.contiguous(torch.to(y, 6), memory_format=0)
