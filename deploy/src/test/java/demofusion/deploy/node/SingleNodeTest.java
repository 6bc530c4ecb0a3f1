package demofusion.deploy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelId;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SingleNodeTest {
  private static final SyntheticSettings AT_ONCE = SyntheticSettings.of(new ModelGeometry(8, 4, 8));
  private static final JobId JOB = new JobId("picture");

  @TempDir Path folder;

  @Test
  void rendersAndEnds() throws Exception {
    List<RenderEvent> events = new CopyOnWriteArrayList<>();

    RenderEvent last;
    try (SingleNode node = SingleNode.start(new SyntheticModel(AT_ONCE))) {
      last = node.render(JOB, folder.resolve("job"), request(AT_ONCE), events::add).get();
    }

    assertThat(last).isInstanceOf(RenderEvent.Finished.class);
    assertThat(events.get(0)).isInstanceOf(RenderEvent.Accepted.class);
    assertThat(events).last().isSameAs(last);
    assertThat(((RenderEvent.Finished) last).image()).exists();
  }

  @Test
  void resumesACancelledJob_inAnotherNode() throws Exception {
    SyntheticSettings slow = AT_ONCE.withTimePerView(Duration.ofMillis(2));
    CountDownLatch firstPhase = new CountDownLatch(1);
    Path job = folder.resolve("job");

    RenderEvent stopped;
    try (SingleNode node = SingleNode.start(new SyntheticModel(slow))) {
      CompletableFuture<RenderEvent.Last> end =
          node.render(
              JOB,
              job,
              request(slow),
              event -> {
                if (event instanceof RenderEvent.PhaseDone) {
                  firstPhase.countDown();
                }
              });
      assertThat(firstPhase.await(50, TimeUnit.SECONDS)).isTrue();
      node.cancel(JOB);
      stopped = end.get();
    }
    RenderEvent resumed;
    try (SingleNode node = SingleNode.start(new SyntheticModel(slow))) {
      resumed = node.resume(JOB, job, event -> {}).get();
    }

    assertThat(stopped)
        .isInstanceOfSatisfying(
            RenderEvent.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo(FailureCode.CANCELLED));
    assertThat(resumed).isInstanceOf(RenderEvent.Finished.class);
  }

  @Test
  void failsTheJob_whenItsListenerThrows() {
    try (SingleNode node = SingleNode.start(new SyntheticModel(AT_ONCE))) {
      CompletableFuture<RenderEvent.Last> end =
          node.render(
              JOB,
              folder.resolve("job"),
              request(AT_ONCE),
              event -> {
                throw new IllegalStateException("the listener's own");
              });

      assertThatThrownBy(end::get).hasRootCauseMessage("the listener's own");
    }
  }

  private static RenderRequest request(SyntheticSettings settings) {
    var card = new SyntheticModel(settings).card();
    return new RenderRequest(RenderSpec.of("a lighthouse", 7), ModelId.of(card), false, 0);
  }
}
