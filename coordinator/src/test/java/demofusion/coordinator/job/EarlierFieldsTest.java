package demofusion.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.FieldSamples;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.latent.PixelExtent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What every field of a request does to the phases that a larger image takes from an earlier job. A
 * new field stands in one of three tables, or this fails.
 */
class EarlierFieldsTest {
  /**
   * The larger image has the same, and means the same by it, whatever its size: shares of the image
   * or of the schedule, pixels of the latent or of a tile, or no measure at all.
   */
  private static final Set<String> THE_SAME =
      Set.of(
          "prompt",
          "prompt2",
          "negativePrompt",
          "negativePrompt2",
          "promptSyntax",
          "steps",
          "guidanceScale",
          "guidanceRescale",
          "seed",
          "scheduler",
          "clipSkip",
          "loras",
          "stride",
          "sigma",
          "cosineScale1",
          "cosineScale2",
          "cosineScale3",
          "method",
          "skipResidual",
          "dilated",
          "progressive",
          "gaussian",
          "jitter",
          "phaseStrength", // by phase, from the first
          "windowWeights",
          "windowSpacing",
          "windowInteraction",
          "regionNoise",
          "guidanceHigh",
          "guidanceSplit",
          "structureCutoff",
          "frequencyMixing",
          "structureGuidance",
          "fastLora",
          "inversion",
          "fastTimestep",
          "fastSteps",
          "fastScheduler",
          "injection",
          "eta",
          "upscaler",
          "regionBase",
          "crop",
          "referenceOddities",
          "threads",
          "ipAdapters");

  /** Measured by the size of the image: what is done about it. */
  private static final Map<String, String> OF_THE_SIZE =
      Map.of(
          "size", "is what differs",
          "viewBatch", "is what the earlier plan made of it",
          "phases", "goes on to the new size",
          "originalSize", "stays what the model was told",
          "targetSize", "stays what the model was told",
          "regions", "have feathers as wide as before; what differs all the same is not shared",
          "controlnets", "are not shared where their pictures are cut otherwise");

  /** A job with these is not gone on from, or they are of the new job. */
  private static final Set<String> NOT_OF_PHASES =
      Set.of(
          "image",
          "strength",
          "mask",
          "maskFeather",
          "outpaint",
          "outpaintOverlap",
          "inpaintArea",
          "padding",
          "webhook",
          "model",
          "previews",
          "priority");

  @Test
  void standInOneTableEach() {
    List<String> all = new ArrayList<>(THE_SAME);
    all.addAll(OF_THE_SIZE.keySet());
    all.addAll(NOT_OF_PHASES);

    assertThat(all).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(all))
        .isEqualTo(new TreeSet<>(RequestFields.ALL.stream().map(Field::name).toList()));
  }

  @Test
  void areTheSameInTheLargerImage_whereTheTableSaysSo() {
    for (String name : THE_SAME) {
      RenderSpec spec = specWith(RequestFields.named(name));
      EarlierPhases earlier =
          new EarlierPhases("a", Path.of(""), Renders.plan(spec, Renders.SMALL));

      RenderSpec larger = earlier.enlarged(new PixelExtent(256, 256));

      assertThat(raw(name, larger)).as(name).isEqualTo(raw(name, spec));
    }
  }

  private static Object raw(String name, RenderSpec spec) {
    return String.valueOf(RequestFields.named(name).raw(JobRequest.of(spec)));
  }

  /** With a value that is not its standard, and what it needs beside it. */
  private static RenderSpec specWith(Field<?> field) {
    JsonMapper mapper = ApiJson.strict(1 << 20);
    ObjectNode json = mapper.createObjectNode().put("prompt", "a cat").put("seed", 7);
    json.put("size", "128x128");
    json.set(field.name(), mapper.valueToTree(FieldSamples.of(field)));
    FieldSamples.neededBy(field)
        .forEach(needed -> json.set(needed.name(), mapper.valueToTree(FieldSamples.of(needed))));
    return Objects.requireNonNull(mapper.convertValue(json, NewPicture.class))
        .toRequest(() -> 7)
        .spec();
  }
}
