package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.dispatch.ledger.LedgerRules;
import demofusion.coordinator.render.FaultyLine.Quality;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fifty pictures, five at a time, through the real actors and bad lines: messages lost, doubled,
 * late and out of order, workers that die, hang on a batch or answer NaN, and in every other farm a
 * coordinator that is killed and started again. Every picture is finished, with the sequential
 * way's bits, and every credit is given back.
 */
@ExtendWith(LogCapturingExtension.class)
class FaultyFarmTest {
  private static final LedgerRules RULES =
      new LedgerRules(1000, 8 * 1024, Duration.ofMillis(150), Duration.ofMillis(600), 5, 1);
  private static final List<RenderSpec> SPECS =
      List.of(
          Renders.spec().size(96, 96).steps(2).unit(ViewBatchSize.ofViews(1)).build(),
          Renders.spec().size(128, 64).steps(2).unit(ViewBatchSize.half()).build(),
          ToyMethod.DETAIL.spec().sized(new PixelExtent(128, 96)));
  private static final Map<RenderSpec, float[]> ALONE = alone();
  private static final int PICTURES = 5;

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void finishesEveryPicture_withTheSequentialWaysBits(int seed) {
    Random chance = new Random(seed);
    try (Farm farm = new Farm(RULES, 3)) {
      int workers = 2 + chance.nextInt(3);
      for (int n = 0; n < workers; n++) {
        Quality quality = new Quality(chance.nextInt(4), chance.nextInt(10), chance.nextInt(12));
        farm.add(
            FaultyLine.to(
                FakeWorker.create("worker-" + n, habits(n, chance.nextLong()), seed),
                quality,
                chance.nextLong()));
      }
      for (int n = 0; n < PICTURES; n++) {
        farm.submit(job(n), temporary.resolve("" + n), request(n));
      }
      if (seed % 2 == 1) {
        killCoordinator(farm);
      } else {
        awaitAll(farm, new HashSet<>());
      }

      for (int n = 0; n < PICTURES; n++) {
        assertThat(Farm.latent(temporary.resolve("" + n), spec(n))).isEqualTo(ALONE.get(spec(n)));
      }
      assertThatNothingIsInHand(farm);
    }
  }

  /** The first one lives and is right in the end; the others do as they like. */
  private static FakeWorker.Habits habits(int worker, long seed) {
    Random chance = new Random(seed);
    int bad = worker == 0 ? 8 : 10;
    return perform -> {
      boolean isOneOfMany =
          perform.work() instanceof Work.PredictNoise
              || perform.work() instanceof Work.EncodePicture;
      return switch (isOneOfMany ? chance.nextInt(100) / bad : 9) {
        case 0 -> worker == 2 ? Step.FAIL : Step.ANSWER_TWICE;
        case 1 -> worker == 0 ? Step.ANSWER : Step.BE_SILENT;
        case 2 -> worker == 1 && chance.nextInt(10) == 0 ? Step.DIE : Step.ANSWER;
        default -> Step.ANSWER;
      };
    };
  }

  private void killCoordinator(Farm farm) {
    Set<JobId> done = new HashSet<>();
    for (int n = 0; n < 40; n++) {
      note(farm.listener.receiveMessage(Duration.ofSeconds(30)), done);
    }
    farm.restart();
    for (int n = 0; n < PICTURES; n++) {
      if (!done.contains(job(n))) {
        farm.resume(job(n), temporary.resolve("" + n));
      }
    }
    awaitAll(farm, done);
  }

  private static void awaitAll(Farm farm, Set<JobId> done) {
    while (done.size() < PICTURES) {
      note(farm.listener.receiveMessage(Duration.ofSeconds(30)), done);
    }
  }

  private static void note(RenderEvent event, Set<JobId> done) {
    assertThat(event).isNotInstanceOf(RenderEvent.Failed.class);
    if (event instanceof RenderEvent.Finished) {
      done.add(event.job());
    }
  }

  private static void assertThatNothingIsInHand(Farm farm) {
    TestProbe<WorkerList> listings = farm.kit.createTestProbe();
    listings.awaitAssert(
        Duration.ofSeconds(20),
        () -> {
          farm.dispatcher.tell(new DispatcherCommand.ListWorkers(listings.getRef()));
          assertThat(listings.receiveMessage().workers())
              .isNotEmpty()
              .allSatisfy(worker -> assertThat(worker.inHand()).isZero());
          return null;
        });
  }

  private static JobId job(int n) {
    return new JobId("job-" + n);
  }

  private static RenderSpec spec(int n) {
    return SPECS.get(n % SPECS.size());
  }

  private static RenderRequest request(int n) {
    return new RenderRequest(spec(n), Farm.model(), false, n % 2);
  }

  private static Map<RenderSpec, float[]> alone() {
    Map<RenderSpec, float[]> latents = new HashMap<>();
    SPECS.forEach(spec -> latents.put(spec, Farm.sequentially(spec)));
    return latents;
  }
}
