package demofusion.coordinator.diffusion.storage;

import demofusion.coordinator.diffusion.Parallel;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Loops over arrays and {@link Slab}s of a latent's length, a band at a time: short enough that a
 * band of everything that a loop looks at stays in the second-level cache. Copied to arrays of a
 * band's length, all have one index, which is what the JIT makes vector code of.
 */
public final class Bands {
  /** Values of every band but the last, which may have fewer. */
  public static final int LENGTH = 1 << 12;

  /** Values that one thread takes at once. */
  private static final int GRAIN = 8 * LENGTH;

  /** Does something with the {@code count} values that begin at {@code from}. */
  @FunctionalInterface
  public interface Body {
    void run(int from, int count);
  }

  private Bands() {}

  /**
   * Cuts [0, length) into bands and runs a body on each, in any order and at the same time.
   *
   * @param body makes one for each thread's share, with work arrays of its own
   */
  public static void forEach(int length, Supplier<Body> body) {
    Parallel.forRanges(length, GRAIN, (from, to) -> inOrder(from, to, body.get()));
  }

  /**
   * Hands over the values' bytes, big-endian, in their order.
   *
   * @param sink takes each band; the buffer is used again for the next
   */
  public static void bytes(float[] values, Consumer<ByteBuffer> sink) {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH * Float.BYTES);
    inOrder(
        0,
        values.length,
        (from, count) -> {
          bytes.clear().asFloatBuffer().put(values, from, count);
          sink.accept(bytes.limit(count * Float.BYTES));
        });
  }

  private static void inOrder(int from, int to, Body body) {
    int count;
    for (int at = from; at < to; at += count) {
      count = Math.min(LENGTH, to - at);
      body.run(at, count);
    }
  }
}
