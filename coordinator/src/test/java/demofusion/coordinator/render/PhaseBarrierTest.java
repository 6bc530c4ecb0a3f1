package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.ReferenceEncoding;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.dispatch.FakeWorker.Habits;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.image.LatentCut;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.work.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Methods whose phases begin with the picture of the phase before, on a farm. */
@ExtendWith(LogCapturingExtension.class)
class PhaseBarrierTest {
  private static final RenderSpec DETAIL = ToyMethod.DETAIL.spec();
  private static final RenderPlan PLAN = Farm.plan(DETAIL);
  private static final Phase SECOND = PLAN.phases().get(1);

  private final Farm farm = new Farm();
  @TempDir Path temporary;

  @AfterEach
  void stop() {
    farm.close();
  }

  private Path folder() {
    return temporary.resolve("job");
  }

  private static boolean isWindow(Perform perform) {
    return perform.work() instanceof Work.EncodePicture;
  }

  private static boolean isTileOfPicture(Perform perform) {
    return perform.work() instanceof Work.DecodeLatent;
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSequentialWaysBits_byOneWorkerAndByThree(ToyMethod method) {
    farm.addWorking("worker-1");
    farm.submit(temporary.resolve("one"), method.spec());
    farm.next(RenderEvent.Finished.class);
    farm.addWorking("worker-2");
    farm.addWorking("worker-3");
    farm.submit(temporary.resolve("three"), method.spec());
    farm.next(RenderEvent.Finished.class);

    float[] alone = Farm.sequentially(method.spec());
    assertThat(Farm.latent(temporary.resolve("one"), method.spec())).isEqualTo(alone);
    assertThat(Farm.latent(temporary.resolve("three"), method.spec())).isEqualTo(alone);
  }

  @ParameterizedTest
  @EnumSource
  void resumesFromAnyCheckpointToTheSameBits(ToyMethod method) throws IOException {
    farm.addWorking("worker-1");
    farm.addWorking("worker-2");
    float[] alone = Farm.sequentially(method.spec());
    ToyPictures pictures = new ToyPictures();
    Render render = Render.begin(Farm.plan(method.spec()));
    List<PhaseResult> results = new ArrayList<>();
    for (int checkpoint = 0; !render.isDone(); checkpoint++) {
      Path folder = temporary.resolve("at-" + checkpoint);
      resume(folder, method.spec(), render, results);

      assertThat(Farm.latent(folder, method.spec())).isEqualTo(alone);
      goOn(render, pictures, results);
    }
  }

  private void resume(Path folder, RenderSpec spec, Render render, List<PhaseResult> results) {
    try (JobFolder killed =
        JobFolder.create(folder, new RenderRequest(spec, Farm.model(), false, 0))) {
      results.forEach(result -> killed.writePhase(result.phase().number(), result.latent()));
      killed.writeCheckpoint(render.state());
    }
    farm.resume(folder);
    farm.next(RenderEvent.Finished.class);
  }

  /** To where the next checkpoint is written. */
  private static void goOn(Render render, ToyPictures pictures, List<PhaseResult> results) {
    if (render.awaitsPicture() || render.encoding().isPresent()) {
      if (render.awaitsPicture()) {
        PhaseResult before = results.get(results.size() - 1);
        render.show(pictures.picture(before.phase(), before.latent()));
      }
      if (render.encoding().isPresent()) {
        ReferenceEncoding encoding = render.encoding().orElseThrow();
        for (int window = encoding.count() - 1; window >= 0; window--) {
          encoding.accept(window, pictures.encode(encoding.work(window)));
        }
        render.beginPhase();
      }
      return;
    }
    Timestep timestep = render.openTimestep();
    timestep
        .batches()
        .forEach(batch -> timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch)));
    render.closeTimestep(timestep).ifPresent(results::add);
  }

  @ParameterizedTest
  @EnumSource
  void goesOnAfterPhasesOfAnotherJob_toTheBitsOfAWholeRender(ToyMethod method) {
    RenderSpec larger = method.spec();
    Render before = Render.begin(Farm.plan(larger));
    List<PhaseResult> results = new ArrayList<>();
    while (results.size() < 2) {
      goOn(before, new ToyPictures(), results);
    }
    farm.addWorking("worker-1");
    try (JobFolder given =
        JobFolder.create(folder(), new RenderRequest(larger, Farm.model(), true, 0))) {
      results.forEach(result -> given.writePhase(result.phase().number(), result.latent()));
    }

    farm.resume(folder());
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), larger)).isEqualTo(Farm.sequentially(larger));
  }

  /** A worker that keeps one set of weights changes it twice in a phase, not with every batch. */
  @Test
  void drawsATimestepWithOneSetOfWeights() {
    List<Integer> sets = Collections.synchronizedList(new ArrayList<>());
    farm.add(
        "worker-1",
        perform -> {
          if (perform.work() instanceof Work.PredictNoise unit) {
            sets.add(unit.additions().loras().size());
          }
          return Step.ANSWER;
        });

    farm.submit(folder(), ToyMethod.FAST.spec());
    farm.next(RenderEvent.Finished.class);

    int changes = 0;
    for (int n = 1; n < sets.size(); n++) {
      changes += sets.get(n).equals(sets.get(n - 1)) ? 0 : 1;
    }
    assertThat(sets).contains(0, 1);
    assertThat(changes).isEqualTo(3); // phase 1 and inversion, refining, inversion, refining
  }

  /** Where somebody is killed. */
  enum Place {
    PICTURE,
    WINDOWS
  }

  private static Habits until(Place place, Step then) {
    AtomicInteger so = new AtomicInteger();
    return perform ->
        (place == Place.PICTURE ? isTileOfPicture(perform) : isWindow(perform))
                && so.incrementAndGet() > 2
            ? then
            : Step.ANSWER;
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameBits_whenAWorkerDiesInTheBarrier(Place place) {
    farm.add("mortal", until(place, Step.DIE));
    farm.addWorking("survivor");

    farm.submit(folder(), DETAIL);
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), DETAIL)).isEqualTo(Farm.sequentially(DETAIL));
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameBits_whenTheCoordinatorDiesInTheBarrier(Place place) {
    var silent = farm.add("silent", until(place, Step.BE_SILENT));
    farm.submit(folder(), DETAIL);
    farm.next(RenderEvent.PhaseDone.class);
    awaitQuiet(place);

    farm.kit.stop(silent);
    farm.restart();
    farm.addWorking("another");
    farm.resume(folder());
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), DETAIL)).isEqualTo(Farm.sequentially(DETAIL));
  }

  /** In the barrier nothing is being written any more, so that it can be killed. */
  private void awaitQuiet(Place place) {
    boolean isOnDisk = false;
    boolean isPictureOnDisk = place == Place.PICTURE;
    boolean isThere = place == Place.PICTURE;
    while (!isOnDisk || !isPictureOnDisk || !isThere) {
      RenderEvent event = farm.next(RenderEvent.class);
      isOnDisk |= event instanceof RenderEvent.CheckpointWritten;
      isPictureOnDisk |= event instanceof RenderEvent.PreviewWritten;
      isThere |= event instanceof RenderEvent.Progressed one && one.progress().tilesDone() > 0;
    }
  }

  @ParameterizedTest
  @EnumSource
  void stopsInTheBarrierWhenCancelled_andGoesOnToTheSameBits(Place place) throws IOException {
    var silent = farm.add("silent", until(place, Step.BE_SILENT));
    farm.submit(folder(), DETAIL);
    awaitBarrier(place);

    farm.queue.tell(new RenderQueue.Cancel(Farm.JOB));
    List<RenderEvent> events = farm.untilTheEnd();

    assertThat(((RenderEvent.Failed) events.get(events.size() - 1)).code())
        .isEqualTo(FailureCode.CANCELLED);
    assertThat(hidden(folder())).isEmpty();
    farm.kit.stop(silent);
    farm.addWorking("another");
    farm.resume(folder());
    assertThat(farm.next(RenderEvent.Planned.class).timestepsDone()).isEqualTo(PLAN.steps());
    farm.next(RenderEvent.Finished.class);
    assertThat(Farm.latent(folder(), DETAIL)).isEqualTo(Farm.sequentially(DETAIL));
  }

  /** The job stands before its second phase; where windows are with workers, at least one is. */
  private RenderProgress awaitBarrier(Place place) {
    RenderProgress progress;
    do {
      progress = farm.next(RenderEvent.Progressed.class).progress();
    } while (progress.timestep() > 0 || (place == Place.WINDOWS && progress.tilesDone() == 0));
    return progress;
  }

  /** What lies in a folder and is nobody's business, but the lock. */
  private static List<String> hidden(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(".") && !name.equals(".lock"))
          .toList();
    }
  }

  @Test
  void makesThePictureOfAPhaseOnce_andTakesThePreviewForIt() throws IOException {
    AtomicInteger tiles = new AtomicInteger();
    farm.add(
        "worker-1",
        perform -> {
          tiles.addAndGet(isTileOfPicture(perform) ? 1 : 0);
          return Step.ANSWER;
        });

    farm.submit(folder(), DETAIL);
    List<RenderEvent> events = farm.untilTheEnd();
    int whole = tiles.getAndSet(0);
    farm.submit(
        Farm.JOB, temporary.resolve("bare"), new RenderRequest(DETAIL, Farm.model(), false, 0));
    List<RenderEvent> bare = farm.untilTheEnd();

    assertThat(events).anyMatch(RenderEvent.PreviewWritten.class::isInstance);
    assertThat(bare).noneMatch(RenderEvent.PreviewWritten.class::isInstance);
    assertThat(tiles.get()).isEqualTo(whole);
    assertThat(folder().resolve("phase-1.png")).exists();
    assertThat(temporary.resolve("bare/phase-1.png")).doesNotExist();
    assertThat(hidden(temporary.resolve("bare"))).isEmpty();
    assertThat(hidden(folder())).isEmpty();
    assertThat(temporary.resolve("bare/image.png"))
        .hasSameBinaryContentAs(folder().resolve("image.png"));
  }

  @Test
  void readsThePictureThatIsThereAlready_whenItIsTakenUpInTheBarrier() {
    var silent = farm.add("silent", until(Place.WINDOWS, Step.BE_SILENT));
    farm.submit(Farm.JOB, folder(), new RenderRequest(DETAIL, Farm.model(), false, 0));
    awaitBarrier(Place.WINDOWS);
    awaitFile(folder().resolve(".phase-1.png"));
    AtomicInteger tiles = new AtomicInteger();
    farm.kit.stop(silent);
    farm.restart();
    farm.add(
        "another",
        perform -> {
          tiles.addAndGet(isTileOfPicture(perform) ? 1 : 0);
          return isWindow(perform) ? Step.BE_SILENT : Step.ANSWER;
        });

    farm.resume(folder());
    awaitBarrier(Place.PICTURE);

    assertThat(awaitWindows().tiles()).isEqualTo(ReferenceEncoding.count(PLAN, SECOND));
    assertThat(tiles).hasValue(0);
  }

  /** It is written while windows are with workers. */
  private static void awaitFile(Path file) {
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!Files.exists(file)) {
      assertThat(System.nanoTime()).isLessThan(until);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Windows need the rows that they are made of, not the whole picture. */
  @Test
  void hasWindowsEncoded_whileTheRestOfThePictureIsBeingDecoded() {
    RenderSpec upright = DETAIL.sized(new PixelExtent(136, 192));
    Latent ofPhase2 =
        Render.begin(Farm.plan(upright))
            .run(Renders::toyPrediction, new ToyPictures())
            .get(1)
            .latent();
    List<LatentCut> tiles = Farm.TILING.tiles(ofPhase2.extent()).tiles();
    Tensor last = tiles.get(tiles.size() - 1).from(Samples.of(ofPhase2));
    var slow =
        farm.add(
            "slow",
            perform ->
                perform.work() instanceof Work.DecodeLatent tile
                        && Arrays.equals(tile.latent().values(), last.values())
                    ? Step.BE_SILENT
                    : Step.ANSWER);
    farm.submit(folder(), upright);

    RenderProgress progress;
    do {
      progress = farm.next(RenderEvent.Progressed.class).progress();
    } while (progress.phase().number() < 3 || progress.tilesDone() == 0);

    assertThat(tiles).hasSizeGreaterThan(1);
    assertThat(progress.timestep()).isZero();
    assertThat(progress.tilesDone()).isLessThan(progress.tiles());
    assertThat(folder().resolve("phase-2.png")).doesNotExist();

    farm.kit.stop(slow);
    farm.addWorking("another");
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), upright)).isEqualTo(Farm.sequentially(upright));
    assertThat(folder().resolve("phase-2.png")).exists();
  }

  private RenderProgress awaitWindows() {
    RenderProgress progress;
    do {
      progress = farm.next(RenderEvent.Progressed.class).progress();
    } while (progress.tiles() == 0);
    return progress;
  }

  @Test
  void fails_whenThePictureThatAPhaseBeginsWithCannotBeMade() {
    farm.add("clumsy", perform -> isTileOfPicture(perform) ? Step.FAIL : Step.ANSWER);

    farm.submit(folder(), DETAIL);

    RenderEvent.Failed failed = farm.next(RenderEvent.Failed.class);
    assertThat(failed.code()).isEqualTo(FailureCode.NOT_FINITE);
    assertThat(failed.sentence()).doesNotContain("\n");
  }

  @Test
  void showsTheWindowsThatTheEncoderHas_beforeThePhasesFirstTimestep() {
    farm.add("silent", until(Place.WINDOWS, Step.BE_SILENT));
    farm.submit(folder(), DETAIL);

    RenderProgress progress = awaitBarrier(Place.WINDOWS);
    TestProbe<TileMap> maps = farm.kit.createTestProbe();
    farm.queue.tell(new RenderQueue.ShowTiles(Farm.JOB, maps.getRef()));
    TileMap map = maps.receiveMessage();

    int windows = ReferenceEncoding.count(PLAN, SECOND);
    assertThat(progress.phase()).isEqualTo(SECOND);
    assertThat(progress.tiles()).isEqualTo(windows);
    assertThat(map.phase()).isEqualTo(2);
    assertThat(map.timestep()).isZero();
    assertThat(map.width()).isEqualTo(SECOND.extent().width());
    assertThat(map.tiles()).hasSize(windows);
    assertThat(map.tiles()).anyMatch(tile -> tile.state() == TileMap.State.DONE);
    assertThat(map.tiles())
        .filteredOn(tile -> tile.state() == TileMap.State.RUNNING)
        .isNotEmpty()
        .allMatch(tile -> "silent".equals(tile.worker()));
  }

  /** After each timestep, and after each barrier; the last one is told by the job's end. */
  @Test
  void keepsAPhaseThatHasBegun_soThatNobodyGoesThroughTheBarrierAgain() {
    farm.addWorking("worker-1");

    farm.submit(folder(), DETAIL);
    List<RenderEvent> events = farm.untilTheEnd();

    assertThat(events.stream().filter(RenderEvent.CheckpointWritten.class::isInstance))
        .hasSize((int) PLAN.timesteps() - 1 + PLAN.phases().size() - 1);
  }

  @Test
  void tellsWhereTheTimeBetweenPhasesWent() {
    farm.addWorking("worker-1");

    farm.submit(folder(), DETAIL);
    List<RenderEvent> events = farm.untilTheEnd();

    List<RenderEvent.BarrierPassed> barriers =
        events.stream()
            .filter(RenderEvent.BarrierPassed.class::isInstance)
            .map(RenderEvent.BarrierPassed.class::cast)
            .toList();
    assertThat(barriers).hasSize(PLAN.phases().size() - 1);
    assertThat(barriers.get(0).phase()).isEqualTo(SECOND);
    assertThat(barriers.get(0).timings().windows())
        .isEqualTo(ReferenceEncoding.count(PLAN, SECOND));
    RenderReport report = ((RenderEvent.Finished) events.get(events.size() - 1)).report();
    assertThat(Objects.requireNonNull(report.times()).betweenSeconds()).isPositive();
  }
}
