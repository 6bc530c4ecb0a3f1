package demofusion.protocol.model.upscaler;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How large an RRDBNet is (modes section 7): all that differs between files of the architecture.
 *
 * @param inputs channels of the first convolution: 3, or 12 and 48 where blocks of 2×2 and 4×4
 *     pixels are unshuffled before it
 * @param width channels of the trunk
 * @param growth channels that each convolution of a dense block adds
 * @param blocks of three dense blocks each
 * @param doublings of the sides behind the trunk, 1 or 2
 */
public record RrdbShape(int inputs, int width, int growth, int blocks, int doublings) {
  /** Dense blocks of a block, and convolutions of a dense block. */
  static final int DENSE_BLOCKS = 3;

  static final int CONVOLUTIONS = 5;

  /** The usual one (Real-ESRGAN's, BSRGAN's), which enlarges by 4. */
  public static final RrdbShape USUAL = new RrdbShape(3, 64, 32, 23, 2);

  private static final int COLOURS = 3;
  private static final int KERNEL = 3;

  /** Sides of the squares of pixels that become channels before the first convolution. */
  public int unshuffle() {
    return (int) Math.round(Math.sqrt((double) inputs / COLOURS));
  }

  /** How many times larger a picture's sides become. */
  public int scale() {
    return (1 << doublings) / unshuffle();
  }

  /** All tensors by BasicSR's names, in the order of the network, each with its shape. */
  public Map<String, int[]> tensors() {
    Map<String, int[]> tensors = new LinkedHashMap<>();
    convolution(tensors, "conv_first", inputs, width);
    for (int block = 0; block < blocks; block++) {
      for (int dense = 1; dense <= DENSE_BLOCKS; dense++) {
        for (int n = 1; n <= CONVOLUTIONS; n++) {
          int out = n == CONVOLUTIONS ? width : growth;
          String name = "body.%s.rdb%s.conv%s".formatted(block, dense, n);
          convolution(tensors, name, width + (n - 1) * growth, out);
        }
      }
    }
    convolution(tensors, "conv_body", width, width);
    for (int n = 1; n <= doublings; n++) {
      convolution(tensors, "conv_up" + n, width, width);
    }
    convolution(tensors, "conv_hr", width, width);
    convolution(tensors, "conv_last", width, COLOURS);
    return tensors;
  }

  /** Operations of its convolutions for a pixel that goes in. */
  public double flopOfPixel() {
    double products = 0; // for a pixel of the trunk's
    for (Map.Entry<String, int[]> tensor : tensors().entrySet()) {
      int[] sides = tensor.getValue();
      if (sides.length == 4) {
        products += (double) sides[0] * sides[1] * sides[2] * sides[3] * area(tensor.getKey());
      }
    }
    return 2 * products / (unshuffle() * unshuffle());
  }

  /** Pixels that a convolution makes of one of the trunk's. */
  private int area(String weight) {
    int doubled = weight.startsWith("conv_up") ? weight.charAt("conv_up".length()) - '0' : 0;
    boolean isLast = weight.startsWith("conv_hr") || weight.startsWith("conv_last");
    return 1 << (2 * (isLast ? doublings : doubled));
  }

  private static void convolution(Map<String, int[]> tensors, String name, int in, int out) {
    tensors.put(name + ".weight", new int[] {out, in, KERNEL, KERNEL});
    tensors.put(name + ".bias", new int[] {out});
  }
}
