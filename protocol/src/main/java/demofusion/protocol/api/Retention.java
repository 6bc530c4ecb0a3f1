package demofusion.protocol.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long finished jobs are kept; null means without bound. Unfinished ones are never touched. */
@Schema(
    value = "Which finished jobs to keep; every rule given applies.",
    rules = "minProperties: 1")
public record Retention(
    @Schema(value = "Older jobs are removed.", rules = "examples: ['P30D']") @Nullable Duration age,
    @Schema(value = "At most this many jobs are kept.", rules = "minimum: 0, maximum: 2147483647")
        @Nullable Integer count,
    @Schema(
            value = "At most this many bytes of finished jobs are kept.",
            rules = "minimum: 0, maximum: 9223372036854775807")
        @Nullable Long bytes) {
  public static final Retention FOREVER = new Retention(null, null, null);
}
