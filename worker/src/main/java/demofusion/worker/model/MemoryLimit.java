package demofusion.worker.model;

import demofusion.protocol.DemofusionException;
import java.util.OptionalLong;

/**
 * How much of a device's memory a model may take ({@code --memory}).
 *
 * @param bytes empty: on a GPU what is free when the model is loaded, on a CPU all that it wants
 */
public record MemoryLimit(OptionalLong bytes) {
  public static final MemoryLimit AUTO = new MemoryLimit(OptionalLong.empty());

  public MemoryLimit {
    if (bytes.isPresent() && bytes.getAsLong() < 1) {
      throw DemofusionException.badRequest(
          "memory " + bytes.getAsLong() + " must be at least 1 byte, or auto");
    }
  }

  public static MemoryLimit of(long bytes) {
    return new MemoryLimit(OptionalLong.of(bytes));
  }

  /** The same for each of several that share it. */
  public MemoryLimit sharedBy(int models) {
    return bytes.isEmpty() || models < 2 ? this : of(Math.max(1, bytes.getAsLong() / models));
  }
}
