package demofusion.coordinator.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event of the Trace Event Format, which chrome://tracing and Perfetto read: <a
 * href="https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU">its
 * document</a>.
 *
 * @param ph phase: M metadata, X complete, b and e nestable asynchronous, i instant
 * @param ts microseconds since the first run's beginning; null for metadata
 * @param dur microseconds; of X only
 * @param pid group of lanes
 * @param tid lane
 * @param id of asynchronous ones: what belongs together
 * @param s scope, of i only: t for its lane
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TraceEvent(
    String ph,
    String name,
    @Nullable String cat,
    @Nullable Long ts,
    @Nullable Long dur,
    int pid,
    int tid,
    @Nullable String id,
    @Nullable String s,
    @Nullable Map<String, Object> args) {
  static TraceEvent complete(
      int pid, int tid, String cat, String name, long ts, long dur, Map<String, Object> args) {
    return new TraceEvent("X", name, cat, ts, dur, pid, tid, null, null, args);
  }

  static TraceEvent instant(int pid, int tid, String cat, String name, long ts) {
    return new TraceEvent("i", name, cat, ts, null, pid, tid, null, "t", null);
  }

  static TraceEvent begin(int pid, int tid, String id, String name, long ts) {
    return new TraceEvent("b", name, "batch", ts, null, pid, tid, id, null, null);
  }

  static TraceEvent end(int pid, int tid, String id, String name, long ts) {
    return new TraceEvent("e", name, "batch", ts, null, pid, tid, id, null, null);
  }

  TraceEvent with(Map<String, Object> more) {
    return new TraceEvent(ph, name, cat, ts, dur, pid, tid, id, s, more);
  }

  /**
   * What a lane or a group of lanes is called.
   *
   * @param what process_name or thread_name
   */
  static TraceEvent named(String what, int pid, int tid, String name) {
    return new TraceEvent("M", what, null, null, null, pid, tid, null, null, Map.of("name", name));
  }
}
