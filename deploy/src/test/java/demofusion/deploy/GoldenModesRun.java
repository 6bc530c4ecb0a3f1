package demofusion.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.DetailSettings;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.PhaseStrengths;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.api.request.method.WindowSettings;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** The requests of modes-runs.json, whose fields are options of the command line. */
final class GoldenModesRun {
  private GoldenModesRun() {}

  static Stream<JsonNode> all() throws IOException {
    JsonNode runs = new ObjectMapper().readTree(GoldenData.path("modes-runs.json").toFile());
    return StreamSupport.stream(runs.spliterator(), false);
  }

  static JsonNode named(String name) throws IOException {
    return all().filter(run -> run.get("name").asText().equals(name)).findFirst().orElseThrow();
  }

  /** The tiny model's, or a copy that says what the model predicts. */
  static SchedulerConfig scheduler(JsonNode run, SchedulerConfig folder) {
    return run.has("prediction_type")
        ? folder.with("prediction_type", run.get("prediction_type").asText())
        : folder;
  }

  static RenderSpec spec(JsonNode run) throws IOException {
    return GoldenRequest.of(run)
        .scheduler(SchedulerKind.parse(run.get("scheduler").asText()))
        .unit(ViewBatchSize.ofViews(16))
        .method(
            Objects.requireNonNullElse(
                read(run, "method", RenderMethod::parse), RenderMethod.DEMOFUSION))
        .methodSettings(methodSettings(run))
        .source(source(run))
        .build();
  }

  private static MethodSettings methodSettings(JsonNode run) {
    Float high = run.has("guidance_high") ? (float) run.get("guidance_high").asDouble() : null;
    return MethodSettings.NONE
        .withPhases(read(run, "phases", PhaseScales::parse))
        .withStrengths(read(run, "phase_strength", PhaseStrengths::parse))
        .withWindows(
            new WindowSettings(
                read(run, "window_weights", WindowWeights::parse),
                read(run, "window_spacing", WindowSpacing::parse),
                run.path("window_interaction").asBoolean(false)))
        .withSplit(
            new SplitSettings(
                high,
                Objects.requireNonNullElse(
                    read(run, "guidance_split", GuidanceSplit::parse), GuidanceSplit.FA)))
        .withRegionNoise(read(run, "region_noise", RegionNoise::parse))
        .withDetail(
            new DetailSettings(
                read(run, "structure_cutoff", Double::valueOf),
                run.path("frequency_mixing").asBoolean(true),
                run.path("structure_guidance").asBoolean(true)))
        .withFast(
            new FastSettings(
                null,
                read(run, "inversion", Inversion::parse),
                read(run, "fast_timestep", Integer::valueOf),
                read(run, "fast_steps", Integer::valueOf),
                null,
                read(run, "injection", Double::valueOf)))
        .withEta(read(run, "eta", Double::valueOf));
  }

  /** A field as the command line would have it. */
  private static <T> @Nullable T read(JsonNode run, String name, Function<String, T> parse) {
    JsonNode value = run.path(name);
    if (value.isMissingNode()) {
      return null;
    }
    return parse.apply(
        value.isArray()
            ? StreamSupport.stream(value.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(","))
            : value.asText());
  }

  private static @Nullable SourcePicture source(JsonNode run) throws IOException {
    if (!run.has("image")) {
      return null;
    }
    BufferedImage image =
        ImageIO.read(GoldenData.path("modes-runs/" + run.get("image").asText()).toFile());
    int width = image.getWidth();
    int height = image.getHeight();
    Tensor pixels = Tensor.zeros(3, height, width);
    for (int n = 0; n < pixels.values().length; n++) {
      int channel = n / (width * height);
      int level = image.getRGB(n % width, n / width % height) >> (16 - 8 * channel) & 0xff;
      pixels.values()[n] = level / 127.5f - 1;
    }
    return new SourcePicture(pixels, 1);
  }
}
