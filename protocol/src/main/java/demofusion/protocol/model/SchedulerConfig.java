package demofusion.protocol.model;

import java.util.Map;

/**
 * What scheduler_config.json says, as it says it: a key that is absent takes the default of the
 * solver that is chosen in the end.
 *
 * @param kind the folder's own solver, or the one that replaces it
 * @param values the file's keys and values
 */
public record SchedulerConfig(SchedulerKind kind, Map<String, Object> values) {
  public SchedulerConfig {
    values = Map.copyOf(values);
  }

  /** The same training, sampled by another solver. */
  public SchedulerConfig withKind(SchedulerKind other) {
    return new SchedulerConfig(other, values);
  }
}
