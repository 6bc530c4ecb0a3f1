package demofusion.worker.model.torch;

import java.util.Set;

/**
 * Where a network's weights lie.
 *
 * @param waits whether they come to the device only when they are called, and may leave it again
 * @param inHost matrices that stay in host memory, and come for each product
 * @param madeInHost whether matrices that are made anew do so too
 * @param float8 whether matrices lie there in eight bits
 */
public record Placement(boolean waits, Set<String> inHost, boolean madeInHost, boolean float8) {
  /** On the device, always, as they are computed with. */
  public static final Placement ALL_HERE = new Placement(false, Set.of(), false, false);

  /** The same, but only when it is called. */
  public static final Placement WHEN_CALLED = new Placement(true, Set.of(), false, false);

  public Placement {
    inHost = Set.copyOf(inHost);
  }

  /** Whether host memory keeps eight bits of what may leave the device, for its return. */
  boolean keepsEightBits() {
    return waits && float8;
  }
}
