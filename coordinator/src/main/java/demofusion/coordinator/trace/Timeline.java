package demofusion.coordinator.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job's timeline as text in the Trace Event Format, in pieces, made while its spans are read: a
 * picture of 100,000 batches costs no more memory than a small one. It is what was there so far
 * when it is read while the job runs.
 */
public final class Timeline implements AutoCloseable {
  private static final JsonMapper JSON = ApiJson.lenient();
  private static final int SPANS = 256;

  private enum State {
    HEAD,
    EVENTS,
    OVER
  }

  private final BufferedReader spans;
  private final SpanEvents events;
  private State state = State.HEAD;

  private Timeline(BufferedReader spans, String job) {
    this.spans = spans;
    this.events = new SpanEvents(job);
  }

  /**
   * Reads a job's folder.
   *
   * @param job for people
   * @return empty if nothing was recorded there
   * @throws IOException if it cannot be read
   */
  public static Optional<Timeline> open(Path folder, String job) throws IOException {
    Path file = folder.resolve(TraceFile.NAME);
    try {
      return Optional.of(
          new Timeline(
              new BufferedReader(
                  new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8)),
              job));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * The next piece of the text; null after the last.
   *
   * @throws IOException if the spans cannot be read
   */
  public @Nullable String next() throws IOException {
    switch (state) {
      case HEAD -> {
        state = State.EVENTS;
        return "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n" + text(events.take(), true);
      }
      case EVENTS -> {
        for (int n = 0; n < SPANS; n++) {
          Span span = TraceFile.next(spans);
          if (span == null) {
            events.close();
            state = State.OVER;
            return text(events.take(), false) + "\n]}\n";
          }
          events.add(span);
        }
        return text(events.take(), false);
      }
      default -> {
        return null;
      }
    }
  }

  private static String text(List<TraceEvent> events, boolean isFirst) throws IOException {
    StringBuilder text = new StringBuilder();
    for (TraceEvent event : events) {
      text.append(isFirst && text.length() == 0 ? "" : ",\n").append(json(event));
    }
    return text.toString();
  }

  private static String json(TraceEvent event) throws JsonProcessingException {
    return JSON.writeValueAsString(event);
  }

  @Override
  public void close() throws IOException {
    spans.close();
  }
}
