package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.worker.model.LastUsed;
import demofusion.worker.model.torch.DeviceTensors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of the texts that were drawn with last, for each cross-attention of a UNet: the
 * same in all forwards of an image, so they are made once and stay on the device. SDXL's take 51 MB
 * in half precision. Where device memory is counted none are kept, and each forward makes its own,
 * layer by layer, to the same bits.
 */
final class TextProjections implements AutoCloseable {
  /** Both halves of an image with two regions, or of several jobs. */
  private static final int MOST_KEPT = 6;

  private final boolean isKept;
  private final LastUsed<Text, DeviceTensors> kept =
      new LastUsed<>(MOST_KEPT, Text::project, DeviceTensors::close);

  /**
   * @param isKept whether there is room for them between forwards
   */
  TextProjections(boolean isKept) {
    this.isKept = isKept;
  }

  /**
   * A text under one UNet.
   *
   * @param conditioning the very asset, whatever its id: it lives as long as its job
   * @param half which of the two it is for; both: the unconditional row, then the text's
   * @param threads that make it: they decide the last bits
   * @param context (rows, tokens, width); follows from the others
   */
  record Text(
      NoiseNetwork unet,
      Asset.Conditioning conditioning,
      GuidanceHalf half,
      int threads,
      Tensor context) {
    private DeviceTensors project() {
      return unet.texts(context);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // megabytes, which are not compared value by value
    public boolean equals(@Nullable Object other) {
      return other instanceof Text text
          && unet == text.unet
          && conditioning == text.conditioning
          && half == text.half
          && threads == text.threads;
    }

    @Override
    public int hashCode() {
      int things = 31 * System.identityHashCode(unet) + System.identityHashCode(conditioning);
      return 31 * (31 * things + half.hashCode()) + threads;
    }
  }

  /** Runs a forward with a text's keys and values; with none where it makes its own. */
  Tensor with(Text text, Function<DeviceTensors, Tensor> forward) {
    return isKept ? kept.with(text, forward) : forward.apply(DeviceTensors.NONE);
  }

  /** Whether it has those of a text. */
  boolean has(Text text) {
    return kept.has(text);
  }

  /** Gives the device's room back that nobody computes with. */
  boolean leave() {
    return kept.closeUnused();
  }

  @Override
  public void close() {
    kept.close();
  }
}
