package demofusion.coordinator.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a viewer asks of a file in the Trace Event Format, and what there is in it. */
public record TraceFormat(List<JsonNode> events) {
  private static final Set<String> PHASES = Set.of("M", "X", "b", "e", "i");

  /** All of a folder's timeline. */
  public static TraceFormat in(Path folder) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Timeline timeline = Timeline.open(folder, "lighthouse").orElseThrow()) {
      for (@Nullable String piece = timeline.next(); piece != null; piece = timeline.next()) {
        text.append(piece);
      }
    }
    return of(text.toString());
  }

  /** Reads a file, and looks whether it is one. */
  public static TraceFormat of(String text) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    new JsonMapper().readTree(text).required("traceEvents").forEach(events::add);
    TraceFormat trace = new TraceFormat(events);
    events.forEach(TraceFormat::check);
    trace.checkNesting();
    trace.checkAsynchronous();
    trace.checkNames();
    return trace;
  }

  private static void check(JsonNode event) {
    String ph = event.required("ph").textValue();
    assertThat(PHASES).contains(ph);
    assertThat(event.required("name").textValue()).isNotEmpty();
    assertThat(event.required("pid").isIntegralNumber()).isTrue();
    assertThat(event.required("tid").isIntegralNumber()).isTrue();
    if (!ph.equals("M")) {
      assertThat(event.required("ts").longValue()).isGreaterThanOrEqualTo(0);
      assertThat(event.required("cat").textValue()).isNotEmpty();
    }
    if (ph.equals("X")) {
      assertThat(event.required("dur").longValue()).isGreaterThanOrEqualTo(0);
    }
  }

  /** Complete events of a lane lie beside each other, or one in the other. */
  private void checkNesting() {
    Map<String, List<JsonNode>> lanes = new HashMap<>();
    complete().forEach(e -> lanes.computeIfAbsent(lane(e), lane -> new ArrayList<>()).add(e));
    lanes.values().forEach(TraceFormat::checkNesting);
  }

  private static void checkNesting(List<JsonNode> lane) {
    Deque<Long> open = new ArrayDeque<>();
    lane.stream()
        .sorted(Comparator.comparingLong(TraceFormat::ts).thenComparing(e -> -end(e)))
        .forEach(
            event -> {
              while (!open.isEmpty() && open.getLast() <= ts(event)) {
                open.removeLast();
              }
              assertThat(open).as("around %s", event).allMatch(end -> end >= end(event));
              open.addLast(end(event));
            });
  }

  /** What begins ends, and not before what began in it. */
  private void checkAsynchronous() {
    Map<String, Deque<JsonNode>> open = new HashMap<>();
    for (JsonNode event : events) {
      String ph = event.get("ph").textValue();
      if (!ph.equals("b") && !ph.equals("e")) {
        continue;
      }
      Deque<JsonNode> own =
          open.computeIfAbsent(event.required("id").textValue(), id -> new ArrayDeque<>());
      if (ph.equals("b")) {
        own.addLast(event);
      } else {
        JsonNode begun = own.removeLast();
        assertThat(event.get("name")).isEqualTo(begun.get("name"));
        assertThat(ts(event)).isGreaterThanOrEqualTo(ts(begun));
      }
    }
    assertThat(open.values()).allMatch(Deque::isEmpty);
  }

  private void checkNames() {
    List<String> named = new ArrayList<>();
    for (JsonNode event : events) {
      if (event.get("name").textValue().equals("thread_name")) {
        named.add(lane(event));
      }
    }
    assertThat(named).doesNotHaveDuplicates();
    assertThat(complete()).allMatch(event -> named.contains(lane(event)));
  }

  private static String lane(JsonNode event) {
    return event.get("pid") + "/" + event.get("tid");
  }

  static long ts(JsonNode event) {
    return event.get("ts").longValue();
  }

  static long end(JsonNode event) {
    return ts(event) + event.get("dur").longValue();
  }

  private List<JsonNode> complete() {
    return events.stream().filter(event -> event.get("ph").textValue().equals("X")).toList();
  }

  /** A lane of the job, by time. */
  public List<JsonNode> job(int lane) {
    return complete().stream()
        .filter(e -> e.get("pid").intValue() == SpanEvents.JOB && e.get("tid").intValue() == lane)
        .sorted(Comparator.comparingLong(TraceFormat::ts))
        .toList();
  }

  /** The runs of the job. */
  public List<JsonNode> runs() {
    return job(SpanEvents.WHOLE);
  }

  /** The parts of its time. */
  public List<JsonNode> parts() {
    return job(SpanEvents.PARTS);
  }

  /** The names of the workers' lanes. */
  public List<String> workers() {
    return events.stream()
        .filter(
            e ->
                e.get("name").textValue().equals("thread_name")
                    && e.get("pid").intValue() == SpanEvents.WORKERS)
        .map(event -> event.get("args").get("name").textValue())
        .toList();
  }

  /** What is said of each try at a batch of that name. */
  public List<JsonNode> tries(String unit) {
    return events.stream()
        .filter(e -> e.get("ph").textValue().equals("b") && e.get("name").textValue().equals(unit))
        .map(event -> event.get("args"))
        .toList();
  }

  /** Names of all tries. */
  public List<String> units() {
    return events.stream()
        .filter(event -> event.get("ph").textValue().equals("b") && event.has("args"))
        .map(event -> event.get("name").textValue())
        .toList();
  }
}
