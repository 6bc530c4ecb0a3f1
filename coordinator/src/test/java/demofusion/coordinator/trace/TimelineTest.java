package demofusion.coordinator.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.trace.Span.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineTest {
  private static final long START = 1_800_000_000_000_000L;

  @TempDir Path folder;

  @Test
  void isEmpty_whereNothingWasRecorded() throws IOException {
    assertThat(Timeline.open(folder, "a")).isEmpty();
  }

  @Test
  void showsBothTries_whereALeaseWasLost() throws IOException {
    write(
        span(Kind.RUN, 0, 0),
        batch("view batch 1", "a", "lost", 0, 5_000, 0),
        batch("view batch 1", "b", "done", 5_000, 9_000, 2_000),
        span(Kind.BATCHES, 0, 9_000),
        span(Kind.END, 9_000, 9_000));

    TraceFormat trace = TraceFormat.in(folder);

    assertThat(trace.tries("view batch 1"))
        .extracting(args -> args.get("worker").textValue() + " " + args.get("end").textValue())
        .containsExactly("a lost", "b done");
  }

  @Test
  void givesEachWorkerOneLane_ofWhichBatchesAndWaitsAreAllTheTime() throws IOException {
    List<Span> spans = new ArrayList<>(List.of(span(Kind.RUN, 0, 0)));
    // One after another on the device; the way back takes now more, now less than the way there.
    spans.add(batch("one", "a", "done", 0, 3_100, 2_900));
    spans.add(batch("two", "a", "done", 0, 6_500, 2_900));
    spans.add(batch("three", "a", "done", 0, 9_000, 2_900));
    spans.add(span(Kind.BATCHES, 0, 9_000));
    spans.add(span(Kind.END, 9_000, 9_000));
    write(spans.toArray(Span[]::new));

    TraceFormat trace = TraceFormat.in(folder);

    assertThat(trace.workers()).containsExactly("a");
  }

  @Test
  void hasASecondLane_whereAWorkerReallyDoesTwoAtATime() throws IOException {
    write(
        span(Kind.RUN, 0, 0),
        batch("one", "a", "done", 0, 3_000, 2_900),
        batch("two", "a", "done", 0, 3_100, 2_900),
        span(Kind.END, 9_000, 9_000));

    assertThat(TraceFormat.in(folder).workers()).containsExactly("a", "a (2)");
  }

  @Test
  void goesOn_afterAProcessThatWasKilledInTheMiddleOfALine() throws IOException {
    write(span(Kind.RUN, 0, 0), span(Kind.WAITING, 0, 1_000), span(Kind.SCATTER, 1_000, 2_000));
    Files.writeString(folder.resolve(TraceFile.NAME), "{\"kind\":\"bat", StandardOpenOption.APPEND);
    write(
        span(Kind.RUN, 7_000, 7_000),
        span(Kind.WAITING, 7_000, 8_000),
        Span.of(Kind.END, "finished", START + 8_000, START + 8_000));

    TraceFormat trace = TraceFormat.in(folder);

    assertThat(trace.runs())
        .extracting(run -> run.get("name").textValue() + " " + run.get("dur"))
        .containsExactly("lighthouse: cut off 2000", "lighthouse: finished 1000");
    assertThat(trace.parts())
        .extracting(TraceFormat::ts)
        .containsExactly(0L, 1_000L, 2_000L, 7_000L);
    assertThat(trace.parts().stream().mapToLong(part -> part.get("dur").longValue()).sum())
        .isEqualTo(8_000);
  }

  @Test
  void isWhole_whileTheJobRuns() throws IOException {
    write(span(Kind.RUN, 0, 0), span(Kind.WAITING, 0, 1_000));

    assertThat(TraceFormat.in(folder).runs())
        .extracting(run -> run.get("name").textValue())
        .containsExactly("lighthouse: not over");
  }

  @Test
  void splitsATryIntoItsStretches() throws IOException {
    Span.Try attempt = new Span.Try("a", "local", "done", false, false, 1_000, 300, 2_000);
    write(
        span(Kind.RUN, 0, 0),
        new Span(Kind.BATCH, "one", START, 4_300, attempt),
        span(Kind.END, 9_000, 9_000));

    List<String> stretches = new ArrayList<>();
    for (JsonNode event : TraceFormat.in(folder).events()) {
      if (event.get("ph").textValue().equals("b")) {
        stretches.add(event.get("name").textValue() + " " + event.get("ts"));
      }
    }

    assertThat(stretches)
        .containsExactly(
            "one 0",
            "queue 0",
            "wire out 1000",
            "waits at the worker 1500",
            "device 1800",
            "wire back 3800");
  }

  private static Span span(Kind kind, long begin, long end) {
    return Span.of(kind, kind.toString(), START + begin, START + end);
  }

  private static Span batch(
      String unit, String worker, String end, long begin, long ended, long device) {
    return new Span(
        Kind.BATCH,
        unit,
        START + begin,
        ended - begin,
        new Span.Try(
            worker, "local", end, false, false, 0, Math.max(0, ended - begin - 3_000), device));
  }

  private void write(Span... spans) throws IOException {
    TraceFile.append(folder.resolve(TraceFile.NAME), List.of(spans));
  }
}
