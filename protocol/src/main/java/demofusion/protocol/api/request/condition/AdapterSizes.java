package demofusion.protocol.api.request.condition;

import demofusion.protocol.Range;

/**
 * How large the parts of an IP-Adapter are, which are not on a device at the same time.
 *
 * @param tokens that a picture becomes
 * @param projection what makes tokens of an encoder's states
 * @param layers what makes keys and values of tokens
 * @param encoder the image encoder
 * @param encoderStates values of one of its layers' widest states: tokens times width
 */
public record AdapterSizes(
    int tokens,
    NetworkSize projection,
    NetworkSize layers,
    NetworkSize encoder,
    long encoderStates) {
  private static final Range TOKENS = new Range("an IP-Adapter's tokens of a picture", 1, 1 << 16);

  public AdapterSizes {
    TOKENS.require(tokens);
  }
}
