package demofusion.coordinator.metrics;

import demofusion.protocol.JobId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What leads from a histogram's bucket to a trace that is in it: an exemplar. */
final class TraceLinks {
  /** As Grafana looks for it by default. */
  private static final String TRACE_ID = "trace_id";

  private volatile Function<JobId, Optional<String>> traceOf = job -> Optional.empty();

  void by(Function<JobId, Optional<String>> finder) {
    traceOf = finder;
  }

  /** The labels of a job's exemplars; null: it is not traced, and has none. */
  @Nullable Map<String, String> of(JobId job) {
    return traceOf.apply(job).map(trace -> Map.of(TRACE_ID, trace)).orElse(null);
  }
}
