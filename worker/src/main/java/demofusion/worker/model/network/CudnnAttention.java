package demofusion.worker.model.network;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.folder.UnetConfig.Block;
import demofusion.worker.model.torch.TorchCall;
import demofusion.worker.model.torch.TorchNetwork;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns cuDNN's attention on in a UNet, after it has said the same as libtorch's own for heads as
 * wide as the UNet's, over its own tokens and over a text's. Called by its name, the kernel checks
 * little by itself, and which widths it takes is its version's affair.
 */
final class CudnnAttention {
  private static final Logger LOG = LoggerFactory.getLogger(CudnnAttention.class);
  private static final int HEADS = 2;
  private static final int TOKENS = 256;
  private static final int TEXT_TOKENS = 77;

  /** Of values about 1; the two differ by roundings of bfloat16, 2^-8. */
  private static final float MOST_DIFFERENCE = 0.05f;

  private CudnnAttention() {}

  /**
   * @return whether it is on
   */
  static boolean useIfItAgrees(TorchNetwork unet, UnetConfig config, Precision precision) {
    if (precision == Precision.FLOAT32 || config.upcastAttention()) {
      return false; // it has half precision only
    }
    for (int width : headWidths(config)) {
      for (int tokens : new int[] {TOKENS, TEXT_TOKENS}) {
        if (!agrees(unet, width, tokens)) {
          return false;
        }
      }
    }
    use(unet);
    LOG.info("event=cudnn-attention used=true");
    return true;
  }

  /** In a UNet with the weights of one in which it is on. */
  static void use(TorchNetwork unet) {
    try (TorchCall call = unet.call("use_cudnn")) {
      call.runForNothing();
    }
  }

  private static Set<Integer> headWidths(UnetConfig config) {
    Set<Integer> widths = new TreeSet<>();
    config.down().forEach(block -> add(widths, block));
    add(widths, config.middle());
    config.up().forEach(block -> add(widths, block));
    return widths;
  }

  private static void add(Set<Integer> widths, Block block) {
    if (block.depths().stream().anyMatch(depth -> depth > 0)) {
      widths.add(block.channels() / block.heads());
    }
  }

  private static boolean agrees(TorchNetwork unet, int width, int tokens) {
    try (TorchCall call = unet.call("cudnn_difference")) {
      float difference =
          call.tensor(gaussian(TOKENS * width), 1, HEADS, TOKENS, width)
              .tensor(gaussian(tokens * width), 1, HEADS, tokens, width)
              .run()
              .values()[0];
      if (difference <= MOST_DIFFERENCE) {
        return true;
      }
      LOG.warn(
          "event=cudnn-attention used=false width={} tokens={} difference={}",
          width,
          tokens,
          difference);
    } catch (DemofusionException e) {
      LOG.warn(
          "event=cudnn-attention used=false width={} tokens={} sentence=\"{}\"",
          width,
          tokens,
          e.userMessage());
    }
    return false;
  }

  /** For each head. */
  private static float[] gaussian(int length) {
    Random random = new Random(length);
    float[] values = new float[HEADS * length];
    for (int n = 0; n < values.length; n++) {
      values[n] = (float) random.nextGaussian();
    }
    return values;
  }
}
