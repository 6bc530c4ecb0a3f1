package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.store.RenderRequest;
import demofusion.coordinator.trace.TraceFormat;
import demofusion.coordinator.trace.TraceRecorder;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The trace of a picture that 16 workers drew, one of which died over a view batch. */
@ExtendWith(LogCapturingExtension.class)
class TracedFarmTest {
  private static final int STEPS = 4;
  private static final RenderSpec SPEC =
      Renders.spec().size(128, 128).steps(STEPS).unit(ViewBatchSize.ofViews(1)).build();

  @TempDir Path folder;

  @Test
  void isReadByAViewer_andItsPartsAreTheWholeTime() throws IOException {
    draw();

    TraceFormat trace = TraceFormat.in(folder);

    List<JsonNode> parts = trace.parts();
    JsonNode run = trace.runs().get(0);
    assertThat(trace.runs()).hasSize(1);
    assertThat(run.get("name").textValue()).endsWith("finished");
    long at = run.get("ts").longValue();
    for (JsonNode part : parts) {
      assertThat(part.get("ts").longValue()).as("%s", part).isEqualTo(at);
      at += part.get("dur").longValue();
    }
    assertThat(at).isEqualTo(run.get("dur").longValue());
    assertThat(parts)
        .extracting(part -> part.get("cat").textValue())
        .contains("waiting", "opening", "scatter", "batches", "fusion", "finish");
  }

  @Test
  void hasEveryBatch_andBothTriesOfTheOneWhoseWorkerDied() throws IOException {
    draw();

    TraceFormat trace = TraceFormat.in(folder);

    Set<String> done = new HashSet<>();
    Set<String> lost = new HashSet<>();
    for (String unit : trace.units()) {
      for (JsonNode attempt : trace.tries(unit)) {
        switch (attempt.get("end").textValue()) {
          case "done" -> done.add(unit);
          case "lost" -> lost.add(unit);
          default -> {}
        }
      }
    }
    assertThat(lost).isNotEmpty();
    assertThat(done).containsAll(lost);
    long batches =
        Farm.plan(SPEC).phases().stream()
            .mapToLong(phase -> (long) Farm.plan(SPEC).batches(phase) * STEPS)
            .sum();
    assertThat(done.stream().filter(unit -> unit.contains("timestep"))).hasSize((int) batches);
  }

  private void draw() {
    TraceRecorder recorder = TraceRecorder.start();
    try (Farm farm = new Farm(recorder)) {
      AtomicBoolean hasDied = new AtomicBoolean();
      farm.add("mortal", perform -> hasDied.getAndSet(true) ? Step.ANSWER : Step.DIE);
      for (int n = 1; n < 16; n++) {
        farm.addWorking("worker-" + n);
      }
      ActorRef<RenderEvent> both =
          farm.kit.spawn(
              Behaviors.receiveMessage(
                  event -> {
                    recorder.received(event);
                    farm.listener.getRef().tell(event);
                    return Behaviors.same();
                  }));
      farm.queue.tell(
          new RenderQueue.Submit(
              Farm.JOB, folder, new RenderRequest(SPEC, Farm.model(), true, 0), both));
      farm.untilTheEnd();
    }
    recorder.close();
  }
}
