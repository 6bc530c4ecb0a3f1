package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.PhasePictures;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.image.RequestPictures;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderProgress;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.TileWorker;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A part of a picture drawn anew by a farm: both sides as they are, a synthetic model between. */
class InpaintingFarmTest {
  private static final SyntheticSettings SETTINGS =
      SyntheticSettings.of(new ModelGeometry(8, 4, 8));
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int WIDTH = 187;
  private static final int HEIGHT = 131;
  private static final int MASK_LEFT = 60;
  private static final int MASK_TOP = 40;
  private static final int MASK_SIDE = 24;

  /** r of the standard ramp, which widens the mask, and blurs as far again. */
  private static final int RAMP = 2 * 10;

  private final ActorTestKit kit = ActorTestKit.create();
  private final ActorRef<DispatcherCommand> dispatcher = kit.spawn(Dispatcher.create());
  @TempDir Path folder;

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void givesTheSequentialWaysBits_whateverTheNumberOfWorkers(int workers) throws IOException {
    SyntheticModel model = work(workers);
    RenderSpec spec = spec(InpaintArea.PICTURE);

    assertThat(render(spec)).isInstanceOf(RenderEvent.Finished.class);

    List<PhaseResult> alone = sequential(spec, model);
    for (PhaseResult phase : alone) {
      int number = phase.phase().number();
      assertThat(
              SafetensorsFile.open(folder.resolve("job/phase-" + number + ".safetensors"))
                  .tensor("phase" + number + ".final")
                  .values())
          .isEqualTo(phase.latent().samples());
    }
    assertThat(alone).hasSizeGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"picture", "masked"})
  void keepsWhatIsOutsideTheRampByteForByte(String area) throws IOException {
    work(2);

    RenderEvent last = render(spec(InpaintArea.parse(area)));

    BufferedImage drawn = ImageIO.read(((RenderEvent.Finished) last).image().toFile());
    assertThat(drawn.getWidth()).isEqualTo(WIDTH);
    assertThat(drawn.getHeight()).isEqualTo(HEIGHT);
    BufferedImage original = picture();
    int changed = 0;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        if (apart(x, MASK_LEFT) > RAMP || apart(y, MASK_TOP) > RAMP) {
          assertThat(drawn.getRGB(x, y)).as("%s, %s", x, y).isEqualTo(original.getRGB(x, y));
        } else if (drawn.getRGB(x, y) != original.getRGB(x, y)) {
          changed++;
        }
      }
    }
    assertThat(changed).isGreaterThan(MASK_SIDE * MASK_SIDE / 2);
  }

  private static int apart(int pixel, int from) {
    return Math.max(from - pixel, pixel - (from + MASK_SIDE - 1));
  }

  @Test
  void progressCountsWhatIsDrawn() throws IOException {
    SyntheticModel model = work(2);
    RenderSpec spec = spec(InpaintArea.PICTURE);
    RenderPlan plan = plan(spec, model);

    RenderProgress end = progressOf(spec);

    long all =
        plan.phases().stream()
            .mapToLong(
                phase ->
                    (long) plan.evaluations(phase)
                        * (plan.localViews(phase) + plan.dilatedViews(phase)))
            .sum();
    assertThat(end.pictureTiles()).isEqualTo(plan.guidedViews()).isLessThan(all);
    assertThat(Math.round(end.pictureTilesDone())).isEqualTo(end.pictureTiles());
    assertThat(end.tilesDone()).isEqualTo(end.tiles());
    assertThat(end.workLeft()).isLessThan(0.1);
  }

  private SyntheticModel work(int workers) {
    SyntheticModel model = new SyntheticModel(SETTINGS.withLanes(2));
    for (int n = 0; n < workers; n++) {
      kit.spawn(TileWorker.create("worker-" + n, model, Dispatcher.forWorkers(dispatcher)));
    }
    return model;
  }

  private static RenderPlan plan(RenderSpec spec, SyntheticModel model) {
    return RenderPlan.of(spec, model.card().geometry(), model.card().scheduler());
  }

  private static List<PhaseResult> sequential(RenderSpec spec, SyntheticModel model) {
    RenderPlan plan = plan(spec, model);
    AssetId text = new AssetId("text");
    JobAssets assets =
        JobAssets.of(
            new Asset[] {
              model.encodeText(new Work.EncodeText(spec.prompts(), true)).toConditioning(text)
            });
    PhasePictures pictures =
        new PhasePictures() {
          @Override
          public PhasePicture picture(Phase phase, Latent latent) {
            throw new IllegalArgumentException("no phase begins with a decoded picture");
          }

          @Override
          public WorkResult.EncodedPicture encode(Work.EncodePicture work) {
            return model.encodePicture(work);
          }
        };
    return Render.begin(plan)
        .run(
            (timestep, batch) ->
                model.predictNoise(timestep.work(batch, prompt -> text), assets).noise(),
            pictures);
  }

  private RenderEvent render(RenderSpec spec) {
    return until(spec, new RenderProgress[1]);
  }

  private RenderProgress progressOf(RenderSpec spec) {
    RenderProgress[] last = new RenderProgress[1];
    assertThat(until(spec, last)).isInstanceOf(RenderEvent.Finished.class);
    return last[0];
  }

  private RenderEvent until(RenderSpec spec, RenderProgress[] last) {
    ModelCard card = new SyntheticModel(SETTINGS).card();
    ActorRef<RenderQueue.Command> queue = kit.spawn(RenderQueue.create(dispatcher, 1));
    TestProbe<RenderEvent> listener = kit.createTestProbe();
    RenderRequest request = new RenderRequest(spec, ModelId.of(card), true, 0);
    queue.tell(
        new RenderQueue.Submit(
            new JobId("job"), folder.resolve("job"), request, listener.getRef()));
    RenderEvent event = listener.receiveMessage(PATIENCE);
    while (!(event instanceof RenderEvent.Finished || event instanceof RenderEvent.Failed)) {
      if (event instanceof RenderEvent.Progressed progressed) {
        last[0] = progressed.progress();
      }
      event = listener.receiveMessage(PATIENCE);
    }
    return event;
  }

  private static RenderSpec spec(InpaintArea area) throws IOException {
    Inpainting inpainting =
        new Inpainting(
            PictureBytes.of(png(picture())),
            PictureBytes.of(png(mask())),
            1,
            null,
            null,
            area,
            area == InpaintArea.MASKED ? 24 : null);
    return RequestPictures.read(
        RenderSpec.of("a lighthouse", 7).toBuilder()
            .steps(3)
            .unit(ViewBatchSize.ofViews(4))
            .conditions(ConditionSettings.NONE.withInpainting(inpainting))
            .build());
  }

  /** Its sides are no whole latent samples. */
  private static BufferedImage picture() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int n = 0; n < WIDTH * HEIGHT; n++) {
      int x = n % WIDTH;
      int y = n / WIDTH;
      image.setRGB(
          x, y, (x * 255 / WIDTH) << 16 | (y * 255 / HEIGHT) << 8 | (x / 9 + y / 9) % 2 * 90);
    }
    return image;
  }

  private static BufferedImage mask() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = MASK_TOP; y < MASK_TOP + MASK_SIDE; y++) {
      for (int x = MASK_LEFT; x < MASK_LEFT + MASK_SIDE; x++) {
        image.getRaster().setSample(x, y, 0, 255);
      }
    }
    return image;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
