package demofusion.coordinator.trace.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.dispatch.Attempt;
import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.render.RenderEvent;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpTracesTest {
  private static final JobId JOB = new JobId("lighthouse");
  private static final TraceParent SAMPLED =
      new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);
  private static final TraceParent NOT_SAMPLED =
      new TraceParent(SAMPLED.traceId(), SAMPLED.spanId(), false);
  private static final Path FOLDER = Path.of("of-no-interest");

  @Test
  void keepsAllRunsOfAJob_inOneTrace() {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      for (int run = 0; run < 2; run++) {
        try (OtlpTraces traces = OtlpTraces.start(collector.settings(1), "1.0")) {
          run(traces, JOB);
        }
      }

      assertThat(collector.named("job")).hasSize(2);
      assertThat(collector.spans())
          .extracting(span -> OtlpReceiver.hex(span.getTraceId()))
          .containsOnly(TraceIds.of(JOB));
    }
  }

  @Test
  void tracesNoJob_whereTheShareIsZero_butThoseOfTracedRequests() {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (OtlpTraces traces = OtlpTraces.start(collector.settings(0), "1.0")) {
        run(traces, JOB);
        traces.traced(new JobId("traced"), SAMPLED);
        run(traces, new JobId("traced"));
      }

      assertThat(collector.named("job"))
          .extracting(span -> OtlpReceiver.attribute(span, "demofusion.job"))
          .containsExactly("traced");
    }
  }

  @Test
  void passesOnWhatTracingSystemsWrote_inItsOrder() {
    String state = "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7,third=3";
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (OtlpTraces traces = OtlpTraces.start(collector.settings(1), "1.0")) {
        traces.traced(JOB, SAMPLED.with(state));
        run(traces, JOB);
      }

      assertThat(collector.spans()).hasSizeGreaterThan(1);
      assertThat(collector.spans()).extracting(Span::getTraceState).containsOnly(state);
    }
  }

  @Test
  void sendsTheHeadersThatItIsTold_andShowsThemNowhere() {
    OtlpHeaders headers = OtlpHeaders.parse("--otlp-header", "x-api-key=a%2Cb,X-Scope=team a");
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      OtlpSettings settings = collector.settings(1).with(headers);
      try (OtlpTraces traces = OtlpTraces.start(settings, "1.0")) {
        run(traces, JOB);
      }

      assertThat(collector.header("X-Api-Key")).isEqualTo("a,b");
      assertThat(collector.header("X-Scope")).isEqualTo("team a");
      assertThat(settings.toString()).contains("x-api-key").doesNotContain("a,b", "team a");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secret-word              | has no =",
        "x=1,secret-word          | has no =",
        "=secret-word             | name",
        "a b=secret-word          | name",
        "x=secret-word%2          | %",
        "x=secret-word%zz         | %",
        "x=secret-word%0d%0ay: 1  | printable",
        "x=secret-word,X=1        | twice",
        "Host=secret-word         | Host",
        "content-type=secret-word | content-type"
      })
  void refusesHeadersThatAreNone_withoutQuotingTheirValues(String text, String sentence) {
    assertThatThrownBy(() -> OtlpHeaders.parse("--otlp-header", text))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--otlp-header")
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("secret");
  }

  @Test
  void doesNotTraceAJob_whoseRequestIsNotRecorded() {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (OtlpTraces traces = OtlpTraces.start(collector.settings(1), "1.0")) {
        traces.traced(JOB, NOT_SAMPLED);
        run(traces, JOB);
        run(traces, new JobId("another"));
      }

      assertThat(collector.named("job"))
          .extracting(span -> OtlpReceiver.attribute(span, "demofusion.job"))
          .containsExactly("another");
    }
  }

  @Test
  void saysThatAJobFailed_butNotOfOneThatWasCancelled() {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (OtlpTraces traces = OtlpTraces.start(collector.settings(1), "1.0")) {
        run(traces, JOB);
        traces.received(new RenderEvent.Accepted(new JobId("broken"), FOLDER));
        traces.received(
            new RenderEvent.Failed(new JobId("broken"), FailureCode.STORAGE, "no disk"));
      }

      assertThat(collector.named("job"))
          .extracting(span -> span.getStatus().getCodeValue())
          .containsExactly(0, 2);
      assertThat(collector.named("job"))
          .extracting(span -> OtlpReceiver.attribute(span, "demofusion.end"))
          .containsExactly("cancelled", "storage");
    }
  }

  /** Would not end if anything waited for the collector. */
  @Test
  void leavesOutWhatItCannotSend_andNobodyWaits() {
    try (OtlpReceiver collector = OtlpReceiver.thatNeverAnswers();
        OtlpTraces traces = OtlpTraces.start(collector.settings(1), "1.0", 64)) {
      for (int n = 0; n < 10_000; n++) {
        traces.received(new RenderEvent.Accepted(new JobId("job-" + n), FOLDER));
        traces.attempted(attempt(new JobId("job-" + n)));
        traces.received(new RenderEvent.Failed(new JobId("job-" + n), FailureCode.CANCELLED, ""));
      }

      assertThat(collector.spans()).isEmpty();
    }
  }

  @Test
  void namesTheTraceOfAJobThatRuns() {
    try (OtlpReceiver collector = OtlpReceiver.start();
        OtlpTraces traces = OtlpTraces.start(collector.settings(1), "1.0")) {
      traces.received(new RenderEvent.Accepted(JOB, FOLDER));
      while (traces.traceOf(JOB).isEmpty()) {
        Thread.onSpinWait();
      }

      assertThat(traces.traceOf(JOB)).contains(TraceIds.of(JOB));
      assertThat(traces.traceOf(new JobId("another"))).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://collector:4318, http://collector:4318/v1/traces",
    "http://collector:4318/, http://collector:4318/v1/traces",
    "https://otlp.example.org/otlp, https://otlp.example.org/otlp/v1/traces",
    "http://[::1]:4318/v1/traces, http://[::1]:4318/v1/traces"
  })
  void readsTheCollectorsAddress(String text, String url) {
    assertThat(OtlpSettings.parse("--otlp", text, 1).endpoint()).hasToString(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "collector:4318",
        "grpc://collector:4317",
        "http://",
        "http://a b",
        "http://user:secret@collector",
        "http://collector?key=1"
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> OtlpSettings.parse("--otlp", text, 1))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--otlp")
        .hasMessageContaining("http://HOST:4318");
  }

  private static void run(OtlpTraces traces, JobId job) {
    traces.received(new RenderEvent.Accepted(job, FOLDER));
    traces.attempted(attempt(job));
    traces.received(new RenderEvent.Failed(job, FailureCode.CANCELLED, "cancelled"));
  }

  private static Attempt attempt(JobId job) {
    long now = System.nanoTime();
    return new Attempt(
        job,
        "view batch 1",
        BatchKind.LOCAL,
        "worker",
        false,
        false,
        Attempt.End.DONE,
        now - 9_000_000,
        now - 8_000_000,
        now,
        0,
        2_000_000);
  }
}
