package demofusion.coordinator.diffusion.random;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Torch's CPU random stream: what {@code torch.manual_seed(seed)} begins and {@code torch.randn}
 * draws from (spec section 7). It gives the base noise of phase 1 and the one noise of every phase
 * after it, so that a seed gives the reference's own picture. Not safe for use by several threads.
 */
public final class TorchGenerator {
  /** From this many values on torch draws whole blocks, in float32. */
  private static final int BLOCK = BoxMuller.BLOCK;

  private final MersenneTwister twister;
  // The second normal of a pair that a draw of fewer than 16 values left over.
  private @Nullable Double leftOver;

  TorchGenerator(MersenneTwister twister) {
    this.twister = twister;
  }

  /** A new stream; torch uses the seed's low 32 bits. */
  public TorchGenerator(long seed) {
    this(MersenneTwister.seededBy((int) seed));
  }

  /** Fills the array with standard normals, as {@code torch.randn} of as many values does. */
  public void randn(float[] out) {
    if (out.length < BLOCK) {
      for (int n = 0; n < out.length; n++) {
        out[n] = (float) nextNormal();
      }
      return;
    }
    fillUniform(out, 0);
    BoxMuller.transformBlocks(out, out.length / BLOCK);
    if (out.length % BLOCK != 0) {
      // Torch draws the last sixteen values anew, over some that were already done.
      int tail = out.length - BLOCK;
      fillUniform(out, tail);
      BoxMuller.transformBlock(out, tail);
    }
  }

  private void fillUniform(float[] out, int from) {
    for (int n = from; n < out.length; n++) {
      out[n] = (twister.next32() & 0xFFFFFF) * 0x1p-24f;
    }
  }

  private double nextNormal() {
    Double kept = leftOver;
    if (kept != null) {
      leftOver = null;
      return kept;
    }
    double angle = 2 * Math.PI * nextUniform();
    double radius = StrictMath.sqrt(-2 * StrictMath.log1p(-nextUniform()));
    leftOver = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /** In [0, 1) with 53 bits. */
  private double nextUniform() {
    return (twister.next64() & ((1L << 53) - 1)) * 0x1p-53;
  }

  /** The stream's place, for a checkpoint. */
  public State save() {
    return new State(twister.save(), leftOver);
  }

  /** A stream that goes on where the other was saved. */
  public static TorchGenerator restore(State state) {
    TorchGenerator generator = new TorchGenerator(MersenneTwister.restore(state.twister));
    generator.leftOver = state.leftOver;
    return generator;
  }

  /** Where a stream stands. */
  public static final class State {
    private final MersenneTwister.State twister;
    private final @Nullable Double leftOver;

    private State(MersenneTwister.State twister, @Nullable Double leftOver) {
      this.twister = twister;
      this.leftOver = leftOver;
    }

    /** The state as one line of ASCII, about 3.4 kB. */
    public String encode() {
      return twister.encode() + ":" + (leftOver == null ? "" : Double.toHexString(leftOver));
    }

    /** Reads what {@link #encode} wrote; IllegalArgumentException for anything else. */
    public static State decode(String text) {
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "no state of a random stream: %.40s", text));
      }
      String kept = text.substring(colon + 1);
      return new State(
          MersenneTwister.State.decode(text.substring(0, colon)),
          kept.isEmpty() ? null : Double.valueOf(kept));
    }
  }
}
