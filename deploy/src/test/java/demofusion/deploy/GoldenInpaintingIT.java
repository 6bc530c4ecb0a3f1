package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.ReferenceEncoding;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.RenderResumption;
import demofusion.coordinator.diffusion.Timestep;
import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.image.RequestPictures;
import demofusion.coordinator.render.JobPrompts;
import demofusion.protocol.GoldenData;
import demofusion.protocol.NineChannels;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.Outpaint;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.ModelFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pictures of which a part is drawn anew (conditioning section 5) against the reference: runs of
 * conditioning/conditioning.json, their masks, encoded originals, and latents of every phase.
 */
class GoldenInpaintingIT {
  private static final float TOLERANCE = 2e-4f;
  private static final float OF_ORIGINALS = 1e-4f;
  private static final int CHANNELS = 4;
  private static final Map<String, DiffusionModel> MODELS = new HashMap<>();

  @TempDir static Path temp;

  @AfterAll
  static void closeTheModels() {
    MODELS.values().forEach(DiffusionModel::close);
    MODELS.clear();
  }

  static Stream<String> runs() throws IOException {
    return names().filter(GoldenInpaintingIT::isBlended);
  }

  static Stream<String> unblendedRuns() throws IOException {
    return names().filter(name -> !isBlended(name));
  }

  /** Runs of inpainting and nothing else. */
  private static Stream<String> names() throws IOException {
    return StreamSupport.stream(cases().spliterator(), false)
        .filter(run -> run.has("inpaint") && !run.has("controlnets"))
        .map(run -> run.get("name").asText());
  }

  private static boolean isBlended(String name) {
    try {
      return find(name).get("inpaint").path("blend").asBoolean(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void equalsTheReferencesLatents(String name) throws IOException {
    JsonNode run = find(name);
    DiffusionModel model = model(run);

    Map<String, float[]> drawn = new Drawing(run, model, null).draw(-1);

    requireGolden(name, drawn);
  }

  /** The reference does not put the original back where the UNet sees it (conditioning 5.6). */
  @ParameterizedTest(name = "{0}")
  @MethodSource("unblendedRuns")
  void equalsTheReferencesLatents_ofNineChannelsAlone(String name) throws IOException {
    JsonNode run = find(name);
    DiffusionModel model = model(run);
    byte[] white = Files.readAllBytes(white(128, 128));

    Map<String, float[]> drawn = new Drawing(run, model, white).draw(-1);

    SafetensorsFile golden = golden(name);
    for (String tensor : golden.names()) {
      if (tensor.startsWith("phase1.step") || tensor.endsWith(".final")) {
        assertThat(drawn.get(tensor))
            .as(tensor)
            .containsExactly(golden.tensor(tensor).values(), Offset.offset(TOLERANCE));
      }
    }
  }

  /** Interrupted after any timestep, with or without nine channels. */
  @ParameterizedTest
  @ValueSource(strings = {"df-inpaint-2x", "df-inpaint-strength-2x-euler", "df-inpaint-9-2x"})
  void goesOnFromACheckpointToTheSameBits(String name) throws IOException {
    JsonNode run = find(name);
    DiffusionModel model = model(run);
    Map<String, float[]> whole = new Drawing(run, model, null).draw(-1);

    for (int interrupted : new int[] {1, 4, 8}) {
      Map<String, float[]> resumed = new Drawing(run, model, null).draw(interrupted);

      assertThat(resumed.get("phase2.final")).isEqualTo(whole.get("phase2.final"));
    }
  }

  private static void requireGolden(String name, Map<String, float[]> drawn) throws IOException {
    SafetensorsFile golden = golden(name);
    String beforeTheEnd = "phase2.step" + (find(name).get("steps").asInt() - 1);
    for (String tensor : golden.names()) {
      if (tensor.equals(beforeTheEnd)) {
        continue; // a step and the phase's end are one here, and the latter is compared
      }
      float tolerance =
          tensor.endsWith(".mask") ? 0 : tensor.endsWith(".original") ? OF_ORIGINALS : TOLERANCE;
      assertThat(drawn).containsKey(tensor);
      assertThat(drawn.get(tensor))
          .as(tensor)
          .containsExactly(golden.tensor(tensor).values(), Offset.offset(tolerance));
    }
  }

  private static SafetensorsFile golden(String name) {
    return GoldenData.tensors("conditioning/runs/" + name + ".safetensors");
  }

  /** One picture, step by step. */
  private static final class Drawing {
    private final DiffusionModel model;
    private final RenderPlan plan;
    private final boolean countsFromItsFirst; // as diffusers does where steps are left out
    private final @Nullable Tensor beside; // in place of what the plan's mask says
    private final JobPrompts prompts;
    private final JobAssets assets;

    /**
     * @param white a mask of everything, with which nothing is put back, and the UNet is shown the
     *     run's own; null: the run's own for both
     */
    Drawing(JsonNode run, DiffusionModel model, byte @Nullable [] white) throws IOException {
      this.model = model;
      this.countsFromItsFirst = run.get("by").asText().equals("diffusers");
      RenderPlan own = plan(run, model, null);
      this.plan = white == null ? own : plan(run, model, white);
      this.beside = white == null ? null : beside(own, model);
      this.prompts = new JobPrompts(plan.spec(), plan.steps());
      this.assets =
          JobAssets.of(
              prompts
                  .conditionings(prompts.work().stream().map(model::encodeText).toList())
                  .toArray(Asset[]::new));
    }

    /** m and μ of phase 1, (1 + C, height, width). */
    private static Tensor beside(RenderPlan plan, DiffusionModel model) {
      Render render = Render.begin(plan);
      encode(render, model);
      float[] around = render.state().tensor("around").toTensor().values();
      Phase first = plan.phases().get(0);
      float[] mask = mask(plan, first);
      Tensor both = Tensor.zeros(1 + CHANNELS, first.extent().height(), first.extent().width());
      System.arraycopy(mask, 0, both.values(), 0, mask.length);
      System.arraycopy(around, 0, both.values(), mask.length, around.length);
      return both;
    }

    private static float[] mask(RenderPlan plan, Phase phase) {
      MaskedPicture masked = Objects.requireNonNull(plan.masked());
      boolean[] drawn = masked.drawn(phase.extent());
      float[] mask = new float[drawn.length];
      for (int n = 0; n < mask.length; n++) {
        mask[n] = drawn[n] ? 1 : 0;
      }
      return mask;
    }

    private static void encode(Render render, DiffusionModel model) {
      ReferenceEncoding encoding = render.encoding().orElse(null);
      if (encoding == null) {
        return;
      }
      for (int window = 0; window < encoding.count(); window++) {
        encoding.accept(window, model.encodePicture(encoding.work(window)));
      }
      render.beginPhase();
    }

    /**
     * @param interrupted after so many timesteps it is taken up from its checkpoint; −1: never
     * @return the latents as the golden data names them
     */
    Map<String, float[]> draw(int interrupted) {
      Map<String, float[]> latents = new TreeMap<>();
      HeapStorage storage = new HeapStorage();
      Render render = Render.begin(plan, storage);
      int timesteps = 0;
      while (!render.isDone()) {
        if (timesteps++ == interrupted) {
          render = RenderResumption.resume(plan, render.state(), storage);
        }
        encode(render, model);
        Phase now = render.phase();
        String phase = "phase" + now.number();
        latents.put(phase + ".original", render.state().tensor("original").toTensor().values());
        latents.put(phase + ".mask", mask(plan, now));
        int first = countsFromItsFirst ? plan.firstStep(now) : 0;
        Timestep timestep = render.openTimestep();
        for (ViewBatch batch : timestep.batches()) {
          timestep.accept(batch.index(), predict(timestep, batch));
        }
        PhaseResult result = render.closeTimestep(timestep).orElse(null);
        if (result == null) {
          float[] after = render.state().tensor("latent").toTensor().values();
          latents.put(phase + ".step" + (timestep.step() - first), after.clone());
        } else {
          storage.keep(now.number(), result.latent());
          latents.put(phase + ".final", result.latent().samples());
          if (now.number() == 1) { // which is not standardised
            latents.put(phase + ".step" + (timestep.step() - first), result.latent().samples());
          }
        }
      }
      return latents;
    }

    private Tensor predict(Timestep timestep, ViewBatch batch) {
      Work.PredictNoise work = timestep.work(batch, prompt -> prompts.at(timestep.step(), prompt));
      if (beside != null) {
        int size = beside.values().length;
        int from = work.tiles().values().length - size; // one view, all of the latent
        System.arraycopy(beside.values(), 0, work.tiles().values(), from, size);
      }
      return model.predictNoise(work, assets).noise();
    }
  }

  private static RenderPlan plan(JsonNode run, DiffusionModel model, byte @Nullable [] mask)
      throws IOException {
    RenderSpec spec =
        GoldenRequest.of(run)
            .scheduler(
                SchedulerKind.parse(
                    run.get("scheduler").asText().startsWith("D") ? "ddim" : "euler"))
            .unit(ViewBatchSize.ofViews(16))
            .method(RenderMethod.DEMOFUSION)
            .conditions(ConditionSettings.NONE.withInpainting(inpainting(run.get("inpaint"), mask)))
            .build();
    return RenderPlan.of(
        RequestPictures.read(spec), model.card().geometry(), model.card().scheduler());
  }

  private static Inpainting inpainting(JsonNode asked, byte @Nullable [] mask) throws IOException {
    byte[] file = mask;
    if (file == null && asked.has("mask")) {
      file = read(asked.get("mask").asText());
    }
    return new Inpainting(
        PictureBytes.of(read(asked.get("image").asText())),
        file == null ? null : PictureBytes.of(file),
        asked.path("strength").asDouble(1),
        null,
        outpaint(asked.path("outpaint")),
        InpaintArea.PICTURE,
        null);
  }

  private static @Nullable Outpaint outpaint(JsonNode sides) {
    return sides.isMissingNode()
        ? null
        : new Outpaint(
            sides.path("top").asInt(),
            sides.path("bottom").asInt(),
            sides.path("left").asInt(),
            sides.path("right").asInt(),
            sides.path("overlap").asInt());
  }

  private static byte[] read(String file) throws IOException {
    return Files.readAllBytes(GoldenData.path("conditioning/" + file));
  }

  private static Path white(int width, int height) throws IOException {
    Path file = temp.resolve("white.png");
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int n = 0; n < width * height; n++) {
      image.getRaster().setSample(n % width, n / width, 0, 255);
    }
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private static DiffusionModel model(JsonNode run) {
    String base = run.get("base").asText();
    boolean isNine = run.get("inpaint").has("unet");
    return MODELS.computeIfAbsent(
        base + (isNine ? "-9" : ""),
        name -> {
          Path folder =
              isNine
                  ? NineChannels.write(base, temp.resolve(name))
                  : base.equals("sdxl")
                      ? GoldenData.tinySdxl()
                      : GoldenData.path("models/tiny-" + base);
          return ModelFolder.open(ModelSource.of(folder)).load("cpu", Precision.FLOAT32);
        });
  }

  private static JsonNode find(String name) throws IOException {
    return StreamSupport.stream(cases().spliterator(), false)
        .filter(run -> run.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode cases() throws IOException {
    return new ObjectMapper()
        .readTree(GoldenData.path("conditioning/conditioning.json").toFile())
        .get("runs");
  }
}
