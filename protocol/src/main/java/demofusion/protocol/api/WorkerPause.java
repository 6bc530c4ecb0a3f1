package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether somebody has a worker's device back: the answer of pause and unpause. */
@Schema("Whether somebody has a worker's device back.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkerPause(
    String worker,
    boolean paused,
    @Schema("When the farm has it again; absent until it is resumed.") @Nullable Instant until) {}
