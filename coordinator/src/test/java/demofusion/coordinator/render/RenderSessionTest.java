package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.Work;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LogCapturingExtension.class)
class RenderSessionTest {
  private static final RenderSpec SPEC = Renders.spec().size(192, 136).build();

  private final Farm farm = new Farm();
  @TempDir Path temporary;

  @AfterEach
  void stop() {
    farm.close();
  }

  private Path folder() {
    return temporary.resolve("job");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void givesTheSequentialWaysBits_whateverTheNumberOfWorkers(int workers) {
    for (int n = 0; n < workers; n++) {
      farm.addWorking("worker-" + n);
    }

    farm.submit(folder(), SPEC);
    List<RenderEvent> events = farm.untilTheEnd();

    assertThat(events.get(events.size() - 1)).isInstanceOf(RenderEvent.Finished.class);
    assertThat(Farm.latent(folder(), SPEC)).isEqualTo(Farm.sequentially(SPEC));
  }

  @Test
  void givesTheSameBits_whenAnswersFailAndComeTwice() {
    for (int n = 0; n < 3; n++) {
      Random chance = new Random(n);
      farm.add(
          "worker-" + n,
          perform ->
              switch (chance.nextInt(8)) {
                case 0 -> Step.ANSWER_TWICE;
                case 1 -> perform.lease().epoch() < 2 ? Step.FAIL : Step.ANSWER;
                default -> Step.ANSWER;
              });
    }

    farm.submit(folder(), SPEC);
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), SPEC)).isEqualTo(Farm.sequentially(SPEC));
  }

  @Test
  void givesTheSameBits_whenWorkersDieInMidBatch() {
    AtomicInteger forwards = new AtomicInteger();
    for (int n = 0; n < 3; n++) {
      int deathAt = 7 + 10 * n;
      farm.add(
          "mortal-" + n, perform -> forwards.incrementAndGet() == deathAt ? Step.DIE : Step.ANSWER);
    }
    farm.addWorking("survivor");

    farm.submit(folder(), SPEC);
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), SPEC)).isEqualTo(Farm.sequentially(SPEC));
  }

  @Test
  void guidesHalvesAsTheSequentialWayDoes() {
    RenderSpec halves = Renders.spec().size(128, 128).unit(ViewBatchSize.half()).build();
    farm.addWorking("worker-1");
    farm.addWorking("worker-2");

    farm.submit(folder(), halves);
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), halves)).isEqualTo(Farm.sequentially(halves));
  }

  @Test
  void startsFromAPicture() {
    RenderSpec fromPicture =
        Renders.spec().size(128, 128).source(Tensor.zeros(3, 64, 64), 0.7).build();
    farm.addWorking("worker-1");

    farm.submit(folder(), fromPicture);
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), fromPicture)).isEqualTo(Farm.sequentially(fromPicture));
  }

  @Test
  void tellsTheWholeStory() throws IOException {
    RenderSpec longPrompt = withPrompt("a prompt that is too long");
    farm.addWorking("worker-1");

    farm.submit(folder(), longPrompt);
    List<RenderEvent> events = farm.untilTheEnd();

    assertThat(events.get(0)).isInstanceOf(RenderEvent.Accepted.class);
    assertThat(events.get(1)).isInstanceOf(RenderEvent.Planned.class);
    assertThat(events)
        .filteredOn(RenderEvent.Warning.class::isInstance)
        .singleElement()
        .extracting(event -> ((RenderEvent.Warning) event).sentence())
        .asString()
        .contains("\"too long\"");
    assertThat(events.stream().filter(RenderEvent.PhaseDone.class::isInstance)).hasSize(3);
    assertThat(events.stream().filter(RenderEvent.PreviewWritten.class::isInstance)).hasSize(2);
    RenderProgress last =
        events.stream()
            .filter(RenderEvent.Progressed.class::isInstance)
            .map(event -> ((RenderEvent.Progressed) event).progress())
            .reduce((first, second) -> second)
            .orElseThrow();
    assertThat(last.tilesDone()).isEqualTo(last.tiles());
    assertThat(last.pictureTilesDone()).isEqualTo((double) last.pictureTiles());
    assertThat(last.timestep()).isEqualTo(last.timesteps());
    try (Stream<Path> files = Files.list(folder())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              ".lock",
              "request.json",
              "checkpoint.safetensors",
              "phase-1.safetensors",
              "phase-2.safetensors",
              "phase-3.safetensors",
              "phase-1.png",
              "phase-2.png",
              "image.png",
              "report.json");
    }
    BufferedImage image = ImageIO.read(folder().resolve("image.png").toFile());
    assertThat(image.getWidth()).isEqualTo(192);
    assertThat(image.getHeight()).isEqualTo(136);
  }

  @Test
  void writesTheSameFileTwice() throws IOException {
    farm.addWorking("worker-1");
    farm.addWorking("worker-2");

    farm.submit(temporary.resolve("first"), SPEC);
    farm.next(RenderEvent.Finished.class);
    farm.submit(temporary.resolve("second"), SPEC);
    farm.next(RenderEvent.Finished.class);

    assertThat(Files.readAllBytes(temporary.resolve("first/image.png")))
        .isEqualTo(Files.readAllBytes(temporary.resolve("second/image.png")));
  }

  @Test
  void fails_inOneSentence_afterFourAttempts() {
    farm.add("clumsy", perform -> isForward(perform) ? Step.FAIL : Step.ANSWER);

    farm.submit(folder(), SPEC);
    List<RenderEvent> events = farm.untilTheEnd();

    RenderEvent.Failed failed = (RenderEvent.Failed) events.get(events.size() - 1);
    assertThat(failed.code()).isEqualTo(FailureCode.NOT_FINITE);
    assertThat(failed.sentence())
        .contains("failed 4 times, most recently on clumsy: it was fated")
        .doesNotContain("\n");
    assertThat(folder().resolve("image.png")).doesNotExist();
  }

  @Test
  void fails_namingTheLargestViewBatch_whenNobodysMemoryHoldsAUnit() {
    farm.add("small-1", perform -> hasMoreViews(3, perform) ? Step.RUN_OUT_OF_MEMORY : Step.ANSWER);
    farm.add("small-2", perform -> hasMoreViews(3, perform) ? Step.RUN_OUT_OF_MEMORY : Step.ANSWER);

    farm.submit(folder(), Renders.spec().size(192, 136).unit(ViewBatchSize.ofViews(8)).build());
    List<RenderEvent> events = farm.untilTheEnd();

    RenderEvent.Failed failed = (RenderEvent.Failed) events.get(events.size() - 1);
    assertThat(failed.code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
    assertThat(failed.sentence()).contains("--view-batch 3");
  }

  @Test
  void continues_whenOneWorkersMemoryIsTooSmall() {
    farm.add("small", perform -> isForward(perform) ? Step.RUN_OUT_OF_MEMORY : Step.ANSWER);
    farm.addWorking("large");

    farm.submit(folder(), SPEC);
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), SPEC)).isEqualTo(Farm.sequentially(SPEC));
  }

  @Test
  void waitsForAWorkerWithItsModel() {
    farm.submit(folder(), SPEC);
    farm.next(RenderEvent.Accepted.class);

    farm.addWorking("late");

    farm.next(RenderEvent.Finished.class);
  }

  @Test
  void stopsWhenCancelled_andGoesOnFromItsFolderToTheSameBits() {
    AtomicInteger forwards = new AtomicInteger();
    // In the second phase it stops answering, as a forward that takes very long would.
    var silent =
        farm.add(
            "worker-1", perform -> forwards.incrementAndGet() > 20 ? Step.BE_SILENT : Step.ANSWER);
    farm.submit(folder(), SPEC);
    farm.next(RenderEvent.PhaseDone.class);

    farm.queue.tell(new RenderQueue.Cancel(Farm.JOB));
    List<RenderEvent> events = farm.untilTheEnd();

    assertThat(((RenderEvent.Failed) events.get(events.size() - 1)).code())
        .isEqualTo(FailureCode.CANCELLED);
    farm.kit.stop(silent);
    farm.addWorking("worker-2");
    farm.resume(folder());
    assertThat(farm.next(RenderEvent.Planned.class).timestepsDone()).isPositive();
    farm.next(RenderEvent.Finished.class);
    assertThat(Farm.latent(folder(), SPEC)).isEqualTo(Farm.sequentially(SPEC));
  }

  @Test
  void makesOnlyThePictures_whenAllTimestepsAreDone() throws IOException {
    farm.addWorking("worker-1");
    farm.submit(folder(), SPEC);
    farm.next(RenderEvent.Finished.class);
    byte[] image = Files.readAllBytes(folder().resolve("image.png"));
    Files.delete(folder().resolve("image.png"));
    Files.delete(folder().resolve("phase-2.png"));

    farm.resume(folder());
    List<RenderEvent> events = farm.untilTheEnd();

    assertThat(events).noneMatch(RenderEvent.Progressed.class::isInstance);
    assertThat(Files.readAllBytes(folder().resolve("image.png"))).isEqualTo(image);
    assertThat(folder().resolve("phase-2.png")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"euler", "dpmpp-2m-sde-karras", "unipc", "dpmpp-sde-karras", "pndm"})
  void resumesFromAnyCheckpointToTheSameBits(String scheduler) throws IOException {
    RenderSpec spec =
        Renders.spec().size(128, 128).steps(3).scheduler(SchedulerKind.parse(scheduler)).build();
    farm.addWorking("worker-1");
    farm.addWorking("worker-2");
    Render render = Render.begin(Farm.plan(spec));
    List<PhaseResult> results = new ArrayList<>();
    long forwardsDone = 0;
    for (int timesteps = 0; !render.isDone(); timesteps++) {
      Path folder = temporary.resolve("after-" + timesteps);
      try (JobFolder killed =
          JobFolder.create(folder, new RenderRequest(spec, Farm.model(), false, 0))) {
        results.forEach(result -> killed.writePhase(result.phase().number(), result.latent()));
        killed.writeCheckpoint(render.state());
      }

      farm.resume(folder);
      RenderReport report = farm.next(RenderEvent.Finished.class).report();

      assertThat(report.forwards()).isEqualTo(Farm.plan(spec).forwards() - forwardsDone);
      assertThat(Farm.latent(folder, spec)).isEqualTo(Farm.sequentially(spec));
      var timestep = render.openTimestep();
      timestep
          .batches()
          .forEach(batch -> timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch)));
      forwardsDone += timestep.batches().size();
      render.closeTimestep(timestep).ifPresent(results::add);
    }
  }

  @Test
  void refusesATornCheckpoint_inOneSentence() throws IOException {
    try (JobFolder folder =
        JobFolder.create(folder(), new RenderRequest(SPEC, Farm.model(), false, 0))) {
      Files.writeString(folder.path().resolve("checkpoint.safetensors"), "torn");
    }
    farm.addWorking("worker-1");

    farm.resume(folder());

    RenderEvent.Failed failed = farm.next(RenderEvent.Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.STORAGE);
    assertThat(failed.sentence()).contains("checkpoint.safetensors").doesNotContain("\n");
  }

  @Test
  void refusesASecondJobInAFolder() {
    farm.submit(folder(), SPEC);
    farm.next(RenderEvent.Accepted.class);

    farm.submit(new JobId("second"), folder(), new RenderRequest(SPEC, Farm.model(), false, 0));

    assertThat(farm.next(RenderEvent.Failed.class).code()).isEqualTo(FailureCode.BAD_REQUEST);
  }

  @Test
  void rendersOneJobAfterTheOther_theMoreUrgentFirst() {
    farm.submit(new JobId("first"), temporary.resolve("1"), request(0));
    farm.next(RenderEvent.Accepted.class);
    farm.submit(new JobId("second"), temporary.resolve("2"), request(0));
    farm.next(RenderEvent.Accepted.class);
    farm.submit(new JobId("urgent"), temporary.resolve("3"), request(5));
    farm.next(RenderEvent.Accepted.class);

    farm.addWorking("worker-1");

    assertThat(farm.next(RenderEvent.Finished.class).job().value()).isEqualTo("first");
    assertThat(farm.next(RenderEvent.Finished.class).job().value()).isEqualTo("urgent");
    assertThat(farm.next(RenderEvent.Finished.class).job().value()).isEqualTo("second");
  }

  @Test
  void cancelsAJobThatHasNotBegun() {
    farm.submit(new JobId("first"), temporary.resolve("1"), request(0));
    farm.next(RenderEvent.Accepted.class);
    farm.submit(new JobId("second"), temporary.resolve("2"), request(0));
    farm.next(RenderEvent.Accepted.class);

    farm.queue.tell(new RenderQueue.Cancel(new JobId("second")));

    RenderEvent.Failed failed = farm.next(RenderEvent.Failed.class);
    assertThat(failed.job().value()).isEqualTo("second");
    assertThat(failed.code()).isEqualTo(FailureCode.CANCELLED);
  }

  private static RenderSpec withPrompt(String prompt) {
    return SPEC.toBuilder().prompts(Prompts.of(prompt)).build();
  }

  private static RenderRequest request(int priority) {
    RenderSpec quick = Renders.spec().size(64, 64).steps(2).build();
    return new RenderRequest(quick, Farm.model(), false, priority);
  }

  private static boolean hasMoreViews(int views, Perform perform) {
    return perform.work() instanceof Work.PredictNoise unit && unit.tiles().shape()[0] > views;
  }

  private static boolean isForward(Perform perform) {
    return perform.work() instanceof Work.PredictNoise;
  }
}
