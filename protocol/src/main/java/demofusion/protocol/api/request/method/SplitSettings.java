package demofusion.protocol.api.request.method;

import demofusion.protocol.Range;
import org.jspecify.annotations.Nullable;

/**
 * Guidance that is stronger for high frequencies (modes section 4), in the local views of upscaling
 * phases.
 *
 * @param high w_hi; null: guidance is not split
 */
public record SplitSettings(@Nullable Float high, GuidanceSplit split) {
  public static final Range HIGH = new Range("guidance high", 0, 1000);

  public static final SplitSettings NONE = new SplitSettings(null, GuidanceSplit.FA);

  public SplitSettings {
    if (high != null) {
      HIGH.require(high);
    }
  }
}
