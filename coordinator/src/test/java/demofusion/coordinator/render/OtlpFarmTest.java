package demofusion.coordinator.render;

import static demofusion.coordinator.trace.otlp.OtlpReceiver.attribute;
import static demofusion.coordinator.trace.otlp.OtlpReceiver.hex;
import static demofusion.coordinator.trace.otlp.OtlpReceiver.nanos;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.store.RenderRequest;
import demofusion.coordinator.trace.otlp.OtlpReceiver;
import demofusion.coordinator.trace.otlp.OtlpTraces;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a collector receives of a picture that 16 workers drew, one of which died over it. */
@ExtendWith(LogCapturingExtension.class)
class OtlpFarmTest {
  private static final int STEPS = 4;
  private static final RenderSpec SPEC =
      Renders.spec().size(128, 128).steps(STEPS).unit(ViewBatchSize.ofViews(1)).build();
  private static final TraceParent REQUEST =
      new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);

  @TempDir Path folder;
  private final OtlpReceiver collector = OtlpReceiver.start();

  @BeforeEach
  void draw() {
    OtlpTraces traces = OtlpTraces.start(collector.settings(0), "1.0");
    try (Farm farm = new Farm(traces)) {
      AtomicBoolean hasDied = new AtomicBoolean();
      farm.add("mortal", perform -> hasDied.getAndSet(true) ? Step.ANSWER : Step.DIE);
      for (int n = 1; n < 16; n++) {
        farm.addWorking("worker-" + n);
      }
      ActorRef<RenderEvent> both =
          farm.kit.spawn(
              Behaviors.receiveMessage(
                  event -> {
                    traces.received(event);
                    farm.listener.getRef().tell(event);
                    return Behaviors.same();
                  }));
      traces.traced(Farm.JOB, REQUEST);
      traces.begun(Farm.JOB, "anna", "toy", Duration.ZERO, true);
      farm.queue.tell(
          new RenderQueue.Submit(
              Farm.JOB, folder, new RenderRequest(SPEC, Farm.model(), true, 0), both));
      farm.untilTheEnd();
    }
    traces.close();
  }

  @AfterEach
  void close() {
    collector.close();
  }

  @Test
  void liesInTheTraceOfTheRequest_andSaysWhoseItIs() {
    Span job = job();

    assertThat(hex(job.getParentSpanId())).isEqualTo(REQUEST.spanId());
    assertThat(collector.spans())
        .allSatisfy(span -> assertThat(hex(span.getTraceId())).isEqualTo(REQUEST.traceId()));
    assertThat(attribute(job, "demofusion.job")).isEqualTo(Farm.JOB.value());
    assertThat(attribute(job, "demofusion.owner")).isEqualTo("anna");
    assertThat(attribute(job, "demofusion.end")).isEqualTo("finished");
    assertThat(collector.resource("service.name")).isEqualTo("demofusion-coordinator");
  }

  @Test
  void isATree_fromTheJobToWhereABatchWas() {
    List<Span> phases = collector.named("phase");
    List<Span> timesteps = collector.named("timestep");

    assertThat(phases).hasSize(Farm.plan(SPEC).phases().size());
    assertThat(phases).allMatch(phase -> collector.parent(phase).equals(job()));
    assertThat(timesteps).hasSize(phases.size() * STEPS);
    assertThat(timesteps).allMatch(step -> phases.contains(collector.parent(step)));
    for (Span batch : collector.named("view batch")) {
      Span place = collector.parent(batch);
      assertThat(place.getName()).isIn("batches", "timestep");
      assertThat(collector.in(batch))
          .extracting(Span::getName)
          .isSubsetOf(
              "queue", "wire out", "waits at the worker", "device", "wire back", "no answer");
    }
    assertThat(collector.named("device")).isNotEmpty();
    assertThat(collector.named("fusion"))
        .isNotEmpty()
        .allMatch(fusion -> timesteps.contains(collector.parent(fusion)));
    assertThat(collector.named("VAE batch"))
        .isNotEmpty()
        .allMatch(tiles -> !collector.parent(tiles).getName().equals("timestep"));
  }

  @Test
  void hasEveryBatch_andBothTriesOfTheOneWhoseWorkerDied() {
    Set<String> done = new HashSet<>();
    Set<String> lost = new HashSet<>();
    for (Span batch : collector.named("view batch")) {
      String unit = attribute(batch, "demofusion.unit");
      switch (attribute(batch, "demofusion.end")) {
        case "done" -> done.add(unit);
        case "lost" -> {
          lost.add(unit);
          assertThat(batch.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        }
        default -> {}
      }
    }

    long batches =
        Farm.plan(SPEC).phases().stream()
            .mapToLong(phase -> (long) Farm.plan(SPEC).batches(phase) * STEPS)
            .sum();
    assertThat(done).hasSize((int) batches);
    assertThat(collector.named("no answer")).isNotEmpty();
    assertThat(lost).allMatch(done::contains);
  }

  @Test
  void hasParts_thatAreTheWholeTimeOfTheJob() {
    Set<String> parts =
        Set.of(
            "waiting", "opening", "scatter", "batches", "checkpoint", "fusion", "finish", "other");
    long sum =
        collector.spans().stream()
            .filter(span -> parts.contains(span.getName()))
            .mapToLong(OtlpReceiver::nanos)
            .sum();

    assertThat(sum).isEqualTo(nanos(job()));
  }

  private Span job() {
    List<Span> jobs = collector.named("job");
    assertThat(jobs).hasSize(1);
    return jobs.get(0);
  }
}
