package demofusion.coordinator.trace;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.Attempt;
import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.render.RenderEvent;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceRecorderTest {
  private static final JobId JOB = new JobId("lighthouse");
  private static final int MANY = 20_000;

  @TempDir Path folder;

  @Test
  void writesWhatAJobWas_andNothingOfOthers() throws IOException {
    try (TraceRecorder recorder = TraceRecorder.start()) {
      recorder.received(new RenderEvent.Accepted(JOB, folder));
      recorder.attempted(attempt(JOB, 1));
      recorder.attempted(attempt(new JobId("another"), 2));
      recorder.received(new RenderEvent.Failed(JOB, FailureCode.CANCELLED, "cancelled"));
      recorder.attempted(attempt(JOB, 3));
    }

    TraceFormat trace = TraceFormat.in(folder);
    assertThat(trace.units()).containsExactly("view batch 1");
    assertThat(trace.runs())
        .extracting(run -> run.get("name").textValue())
        .containsExactly("lighthouse: cancelled");
  }

  @Test
  void leavesBatchesOut_whereTheFileIsFull_andSaysSo() throws IOException {
    try (TraceRecorder recorder = TraceRecorder.start(100_000, MANY * 2)) {
      recorder.received(new RenderEvent.Accepted(JOB, folder));
      for (int n = 0; n < MANY; n++) {
        recorder.attempted(attempt(JOB, n));
      }
      recorder.received(new RenderEvent.Failed(JOB, FailureCode.CANCELLED, "cancelled"));
    }

    List<String> lines = Files.readAllLines(folder.resolve(TraceFile.NAME));
    long written = lines.stream().filter(line -> line.contains("\"batch\"")).count();
    assertThat(written).isBetween(1L, MANY - 1L);
    assertThat(lines.get(lines.size() - 1)).contains((MANY - written) + " spans left out");
    assertThat(TraceFormat.in(folder).runs())
        .extracting(run -> run.get("name").textValue())
        .containsExactly("lighthouse: cancelled");
  }

  @Test
  void keepsRoomForParts_whereMoreBatchesComeThanADiskTakes() throws IOException {
    try (TraceRecorder recorder = TraceRecorder.start(1 << 20, 16)) {
      recorder.received(new RenderEvent.Accepted(JOB, folder));
      for (int n = 0; n < MANY; n++) {
        recorder.attempted(attempt(JOB, n));
      }
      recorder.received(new RenderEvent.Failed(JOB, FailureCode.CANCELLED, "cancelled"));
    }

    assertThat(TraceFormat.in(folder).runs())
        .extracting(run -> run.get("name").textValue())
        .containsExactly("lighthouse: cancelled");
  }

  @Test
  void makesNoFolder_whereTheJobIsGone() {
    Path gone = folder.resolve("gone");
    try (TraceRecorder recorder = TraceRecorder.start()) {
      recorder.received(new RenderEvent.Accepted(JOB, gone));
      recorder.attempted(attempt(JOB, 1));
    }

    assertThat(gone).doesNotExist();
  }

  private static Attempt attempt(JobId job, int number) {
    long now = System.nanoTime();
    return new Attempt(
        job,
        "view batch " + number,
        BatchKind.LOCAL,
        "worker",
        false,
        false,
        Attempt.End.DONE,
        now - 2_000,
        now - 1_000,
        now,
        0,
        500);
  }
}
