package demofusion.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.PhasePictures;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.condition.ConditionIds;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.coordinator.image.RequestPictures;
import demofusion.coordinator.image.condition.ConditionAssets;
import demofusion.coordinator.render.JobPrompts;
import demofusion.protocol.GoldenData;
import demofusion.protocol.Sha256;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.condition.AdapterFit;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlMode;
import demofusion.protocol.api.request.condition.ControlResize;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.StepSpan;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.model.control.ControlFile;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.ModelFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The runs of conditioning.json with ControlNets and IP-Adapters, as requests of ours. */
final class GoldenSteering {
  private static final Map<String, Path> BY_HASH = new ConcurrentHashMap<>();
  private static final AdditionFiles FILES =
      hash -> Objects.requireNonNull(BY_HASH.get(hash), hash);

  private GoldenSteering() {}

  static Stream<JsonNode> runs() throws IOException {
    return StreamSupport.stream(
        new ObjectMapper()
            .readTree(GoldenData.path("conditioning/conditioning.json").toFile())
            .get("runs")
            .spliterator(),
        false);
  }

  static JsonNode named(String name) throws IOException {
    return runs().filter(run -> run.get("name").asText().equals(name)).findFirst().orElseThrow();
  }

  static DiffusionModel load(String base) {
    Path folder =
        base.equals("sdxl") ? GoldenData.tinySdxl() : GoldenData.path("models/tiny-" + base);
    return load(folder);
  }

  static DiffusionModel load(Path folder) {
    return ModelFolder.open(ModelSource.of(folder)).load("cpu", Precision.FLOAT32, FILES);
  }

  static RenderSpec spec(JsonNode run) throws IOException {
    boolean inOneGo = run.get("by").asText().equals("diffusers");
    String scheduler = run.path("scheduler").asText("");
    return RequestPictures.read(
        GoldenRequest.of(run)
            .scheduler(
                scheduler.isEmpty()
                    ? null
                    : SchedulerKind.parse(scheduler.startsWith("D") ? "ddim" : "euler"))
            .unit(ViewBatchSize.ofViews(16))
            .method(inOneGo ? RenderMethod.DIRECT : RenderMethod.DEMOFUSION)
            .regions(regions(run))
            .conditions(new ConditionSettings(controls(run), adapters(run), inpainting(run)))
            .build());
  }

  /** Rectangles without a feather: more than those no run has beside ControlNets. */
  private static RegionSettings regions(JsonNode run) {
    List<Region> regions = new ArrayList<>();
    for (JsonNode region : run.path("regions")) {
      JsonNode sides = region.get("rect");
      RegionRectangle area =
          new RegionRectangle(
              sides.get(0).asDouble(),
              sides.get(1).asDouble(),
              sides.get(2).asDouble(),
              sides.get(3).asDouble());
      regions.add(
          new Region(
              area,
              null,
              region.get("prompt").asText(),
              null,
              null,
              region.get("feather").asDouble()));
    }
    return new RegionSettings(regions, 0);
  }

  private static @Nullable Inpainting inpainting(JsonNode run) throws IOException {
    JsonNode asked = run.path("inpaint");
    return asked.isMissingNode()
        ? null
        : new Inpainting(
            picture(asked.get("image").asText()),
            picture(asked.get("mask").asText()),
            1,
            null,
            null,
            InpaintArea.PICTURE,
            null);
  }

  private static List<ControlUse> controls(JsonNode run) throws IOException {
    List<ControlUse> controls = new ArrayList<>();
    for (JsonNode control : run.path("controlnets")) {
      Path path = path(control.get("file").asText());
      ControlFile file = ControlFile.open(path);
      String image = control.get("image").asText();
      List<Double> weights = new ArrayList<>();
      control.path("scales").forEach(scale -> weights.add(scale.asDouble()));
      if (weights.isEmpty()) {
        weights.add(control.path("scale").asDouble(1));
      }
      controls.add(
          new ControlUse(
              known(path, file.files().get(0)),
              file.facts(),
              null,
              image.equals("phase") ? null : picture(image),
              weights,
              new StepSpan(control.path("start").asDouble(0), control.path("end").asDouble(1)),
              control.path("soft").asBoolean() ? ControlMode.SOFT : ControlMode.PLAIN,
              control.path("resize").asText().equals("chain") ? ControlResize.CHAIN : null,
              ControlFit.STRETCH, // as the references do
              null));
    }
    return controls;
  }

  private static List<AdapterUse> adapters(JsonNode run) throws IOException {
    List<AdapterUse> adapters = new ArrayList<>();
    for (JsonNode adapter : run.path("ip_adapters")) {
      Path path = path(adapter.get("file").asText());
      AdapterPair pair = AdapterPair.open(path, null);
      adapters.add(
          new AdapterUse(
              known(path, path),
              known(path, pair.encoder().file().path()),
              pair.facts(),
              List.of(picture(adapter.get("image").asText())),
              adapter.path("scale").asDouble(1),
              adapter.has("local") ? (Double) adapter.get("local").asDouble() : null,
              new StepSpan(0, adapter.path("end").asDouble(1)),
              AdapterBlocks.ALL,
              AdapterFit.CROP));
    }
    return adapters;
  }

  private static NamedNetwork known(Path name, Path file) throws IOException {
    String hash = HexFormat.of().formatHex(Sha256.of(Files.readAllBytes(file)));
    BY_HASH.put(hash, file);
    return new NamedNetwork(String.valueOf(name.getFileName()), hash);
  }

  private static Path path(String name) {
    return GoldenData.path("conditioning/" + name);
  }

  private static PictureBytes picture(String name) throws IOException {
    return PictureBytes.of(Files.readAllBytes(path(name)));
  }

  static RenderPlan plan(RenderSpec spec, DiffusionModel model) {
    return RenderPlan.of(spec, model.card().geometry(), model.card().scheduler());
  }

  /** All phases, sequentially. */
  static List<PhaseResult> draw(RenderPlan plan, DiffusionModel model) {
    Sequence sequence = new Sequence(plan, model);
    return Render.begin(plan)
        .run(
            (timestep, batch) ->
                model
                    .predictNoise(
                        timestep.work(
                            batch, prompt -> sequence.prompts.at(timestep.step(), prompt)),
                        sequence.assets())
                    .noise(),
            sequence);
  }

  /** What a job has beside its render, of one thread. */
  private static final class Sequence implements PhasePictures {
    private final DiffusionModel model;
    private final JobPrompts prompts;
    private final List<Asset> assets = new ArrayList<>();

    Sequence(RenderPlan plan, DiffusionModel model) {
      this.model = model;
      this.prompts = new JobPrompts(plan.spec(), plan.steps());
      assets.addAll(prompts.conditionings(prompts.work().stream().map(model::encodeText).toList()));
      ConditionAssets conditions = ConditionAssets.of(plan);
      assets.addAll(conditions.pictures());
      conditions
          .encodings()
          .forEach((id, work) -> assets.add(model.encodeImage(work).toConditioning(id)));
    }

    JobAssets assets() {
      return JobAssets.of(assets.toArray(Asset[]::new));
    }

    @Override
    public PhasePicture picture(Phase phase, Latent latent) {
      PixelRows rows = PixelRows.of(decoded(latent));
      PixelExtent extent = rows.extent();
      byte[] rgb = new byte[Math.toIntExact(3 * extent.area())];
      byte[] row = new byte[3 * extent.width()];
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      try {
        PngWriter.write(png, rows, Map.of());
        for (int y = 0; y < extent.height(); y++) {
          rows.read(y, row);
          System.arraycopy(row, 0, rgb, y * row.length, row.length);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      assets.add(new Asset.PictureFile(ConditionIds.phase(phase.number()), png.toByteArray()));
      return PhasePicture.of(extent, rgb);
    }

    private Tensor decoded(Latent latent) {
      int[] shape = {latent.channels(), latent.extent().height(), latent.extent().width()};
      Tensor samples = new Tensor(shape, latent.samples());
      return model.decode(new Work.DecodeLatent(samples, AssetId.NONE, 1), null).pixels();
    }

    @Override
    public WorkResult.EncodedPicture encode(Work.EncodePicture work) {
      return model.encodePicture(work);
    }
  }
}
