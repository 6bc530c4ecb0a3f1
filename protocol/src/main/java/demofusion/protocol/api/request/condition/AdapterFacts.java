package demofusion.protocol.api.request.condition;

import demofusion.protocol.Range;
import org.jspecify.annotations.Nullable;

/**
 * What an IP-Adapter's and its image encoder's files say that the coordinator has to know.
 *
 * @param contextWidth of its tokens, which is the UNet's
 * @param heads of the encoder's attentions
 * @param imageSize side of the encoder's pictures
 * @param quickGelu the encoder's {@code hidden_act}
 * @param epsilon of the encoder's norms
 * @param sizes of both; null where nobody read them
 */
public record AdapterFacts(
    int contextWidth,
    int heads,
    int imageSize,
    boolean quickGelu,
    double epsilon,
    @Nullable AdapterSizes sizes) {
  private static final Range WIDTH = new Range("an IP-Adapter's token width", 1, 1 << 16);

  /** Of a pair whose sizes nobody asks for. */
  public AdapterFacts(
      int contextWidth, int heads, int imageSize, boolean quickGelu, double epsilon) {
    this(contextWidth, heads, imageSize, quickGelu, epsilon, null);
  }

  public AdapterFacts {
    WIDTH.require(contextWidth);
  }
}
