package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Steering;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.condition.ConditionIds;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.FakeWorker.Step;
import demofusion.coordinator.store.JobFolder;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

/** Views that are told the picture of the phase before, and pictures of IP-Adapters, on a farm. */
@ExtendWith(LogCapturingExtension.class)
class PhaseControlTest {
  private static final RenderSpec STEERED = ToyMethod.STEERED.spec();

  private final Farm farm = new Farm();
  private final Map<AssetId, Asset> provided = new ConcurrentHashMap<>();
  private final Set<AssetId> held = ConcurrentHashMap.newKeySet();
  private volatile long mostPictures;
  private final AtomicInteger encoded = new AtomicInteger();
  private final AtomicInteger decoded = new AtomicInteger();
  @TempDir Path temporary;

  @AfterEach
  void stop() {
    farm.close();
  }

  private Path folder() {
    return temporary.resolve("job");
  }

  private void listen() {
    farm.listenIn(
        command -> {
          if (command instanceof DispatcherCommand.Provide provide) {
            provided.put(provide.asset().id(), provide.asset());
            held.add(provide.asset().id());
            mostPictures = Math.max(mostPictures, held.stream().filter(this::isOfPhase).count());
          }
          if (command instanceof DispatcherCommand.LetGo letGo) {
            held.remove(letGo.asset());
          }
        });
    farm.add(
        "worker-1",
        perform -> {
          encoded.addAndGet(perform.work() instanceof Work.EncodeImage ? 1 : 0);
          decoded.addAndGet(perform.work() instanceof Work.DecodeLatent ? 1 : 0);
          return Step.ANSWER;
        });
  }

  @Test
  void providesThePictureOfEachPhaseThatAnotherFollows_andLeavesNoneBehind() throws IOException {
    listen();

    farm.submit(Farm.JOB, folder(), new RenderRequest(STEERED, Farm.model(), false, 0));
    farm.next(RenderEvent.Finished.class);

    List<PhaseResult> results =
        Render.begin(Farm.plan(STEERED)).run(Renders::toyPrediction, new ToyPictures());
    for (PhaseResult result : results.subList(0, 2)) {
      assertThat(pixels(ofPhase(result.phase().number())))
          .isEqualTo(pixels(new ToyPictures().picture(result.phase(), result.latent())));
    }
    assertThat(provided.keySet()).filteredOn(this::isOfPhase).hasSize(2);
    assertThat(hidden(folder())).isEmpty();
  }

  @Test
  void holdsThePictureOfOnePhaseAtMost_andNoneAtTheEnd() {
    listen();

    farm.submit(folder(), STEERED);
    farm.next(RenderEvent.Finished.class);

    assertThat(mostPictures).isEqualTo(1);
    assertThat(held).noneMatch(this::isOfPhase);
    assertThat(held).noneMatch(id -> id.value().startsWith("survey"));
  }

  @Test
  void leavesNoPictureBehind_whereNoLaterPhaseFollowsOne() throws IOException {
    listen();
    ControlUse early = Steering.weighted(Steering.onPhase(), 1, 1, 0);
    RenderSpec spec =
        STEERED.toBuilder()
            .conditions(new ConditionSettings(List.of(early), List.of(), null))
            .build();

    farm.submit(Farm.JOB, folder(), new RenderRequest(spec, Farm.model(), false, 0));
    farm.next(RenderEvent.Finished.class);

    assertThat(provided.keySet()).filteredOn(this::isOfPhase).hasSize(1);
    assertThat(hidden(folder())).isEmpty();
  }

  private boolean isOfPhase(AssetId id) {
    return id.value().startsWith("phase ");
  }

  private AssetId ofPhase(int phase) {
    return provided.keySet().stream()
        .filter(id -> id.value().startsWith(ConditionIds.phase(phase).value() + " "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void showsAnAdaptersPicturesToItsEncoderOnce() {
    listen();

    farm.submit(folder(), STEERED);
    farm.next(RenderEvent.Finished.class);

    assertThat(encoded).hasValue(1);
    assertThat(provided).containsKey(ConditionIds.tokens(STEERED.conditions().adapters().get(0)));
  }

  @Test
  void hasThePictureMadeAgain_whenItIsTakenUpInsideAPhase() {
    Render render = Render.begin(Farm.plan(STEERED));
    List<PhaseResult> results = new ArrayList<>();
    while (results.isEmpty()) {
      step(render, results);
    }
    PhaseResult first = results.get(0);
    render.show(new ToyPictures().picture(first.phase(), first.latent()));
    step(render, results);
    step(render, results);
    try (JobFolder killed =
        JobFolder.create(folder(), new RenderRequest(STEERED, Farm.model(), false, 0))) {
      killed.writePhase(1, first.latent());
      killed.writeCheckpoint(render.state());
    }
    listen();

    farm.resume(folder());
    farm.next(RenderEvent.Finished.class);

    assertThat(Farm.latent(folder(), STEERED)).isEqualTo(Farm.sequentially(STEERED));
    assertThat(pixels(ofPhase(1)))
        .isEqualTo(pixels(new ToyPictures().picture(first.phase(), first.latent())));
    assertThat(decoded.get()).isPositive();
  }

  @Test
  void hasNothingEncodedAgain_whenItIsTakenUp() {
    listen();
    farm.submit(folder(), STEERED);
    farm.next(RenderEvent.CheckpointWritten.class);
    farm.restart();
    listen();
    farm.resume(folder());
    farm.next(RenderEvent.Finished.class);

    assertThat(encoded).hasValue(1);
    assertThat(Farm.latent(folder(), STEERED)).isEqualTo(Farm.sequentially(STEERED));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 40, 900})
  void hasThemEncodedAgain_whereTheFileIsDamaged(int at) throws IOException {
    listen();
    farm.submit(folder(), STEERED);
    farm.next(RenderEvent.CheckpointWritten.class);
    farm.restart();
    Path tokens = tokens(folder());
    byte[] bytes = Files.readAllBytes(tokens);
    bytes[Math.min(at, bytes.length - 1)] ^= 1;
    Files.write(tokens, bytes);
    listen();
    farm.resume(folder());
    farm.next(RenderEvent.Finished.class);

    assertThat(encoded).hasValue(2);
    assertThat(Farm.latent(folder(), STEERED)).isEqualTo(Farm.sequentially(STEERED));
  }

  private static Path tokens(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("tokens-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void step(Render render, List<PhaseResult> results) {
    Timestep timestep = render.openTimestep();
    timestep
        .batches()
        .forEach(batch -> timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch)));
    render.closeTimestep(timestep).ifPresent(results::add);
  }

  private byte[] pixels(AssetId id) {
    try {
      BufferedImage image =
          ImageIO.read(
              new ByteArrayInputStream(
                  Objects.requireNonNull((Asset.PictureFile) provided.get(id)).file()));
      byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
      for (int n = 0; n < rgb.length; n++) {
        int pixel = image.getRGB(n / 3 % image.getWidth(), n / 3 / image.getWidth());
        rgb[n] = (byte) (pixel >> (16 - 8 * (n % 3)));
      }
      return rgb;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] pixels(PhasePicture picture) {
    byte[] rgb = new byte[3 * picture.extent().width() * picture.extent().height()];
    picture.rows(0, picture.extent().height(), rgb);
    return rgb;
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
}
