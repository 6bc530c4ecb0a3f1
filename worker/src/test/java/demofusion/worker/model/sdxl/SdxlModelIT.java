package demofusion.worker.model.sdxl;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tiny model through the seam: words to embeddings, tiles to guided noise. */
class SdxlModelIT {
  private static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("networks.safetensors"));

  private static DiffusionModel model;

  @BeforeAll
  static void load() {
    ModelFolder folder = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
    model = folder.load("cpu", Precision.FLOAT32);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 12})
  void encodesTextAsTheReferenceDoes(int n) throws IOException {
    JsonNode prompts = new ObjectMapper().readTree(GoldenData.path("tokenizer.json").toFile());
    String prompt = prompts.get(n).get("prompt").asText();

    WorkResult.EncodedText encoded = encode(new Prompts(prompt, null, "blurry, ugly", null));

    assertMatches(encoded.positive().get("states"), "text." + n + ".prompt_embeds");
    assertMatches(encoded.positive().get("pooled"), "text." + n + ".pooled");
    assertMatches(negative(encoded, "states"), "text." + n + ".negative_prompt_embeds");
    assertMatches(negative(encoded, "pooled"), "text." + n + ".negative_pooled");
  }

  @Test
  void zeroesTheNegative_whenNoneIsGiven_butEncodesAnEmptyOne() {
    WorkResult.EncodedText absent = encode(Prompts.of("a lighthouse"));
    WorkResult.EncodedText empty = encode(new Prompts("a lighthouse", null, "", null));

    assertThat(negative(absent, "states").values()).containsOnly(0f);
    assertThat(negative(absent, "pooled").values()).containsOnly(0f);
    assertThat(negative(empty, "states")).isNotEqualTo(negative(absent, "states"));
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, 0.7f})
  void guidesOnTheDeviceAsTheCoordinatorDoesWithHalves(float rescale) {
    Guidance guidance = new Guidance(7.5f, rescale);

    Tensor both = predict(2, guidance, GuidanceHalf.BOTH, 1);

    Tensor text = predict(2, guidance, GuidanceHalf.TEXT, 1);
    Tensor unconditional = predict(2, guidance, GuidanceHalf.UNCONDITIONAL, 1);
    Tensor expected = guidance.apply(text, unconditional);
    assertThat(relativeError(both, expected)).isLessThan(5e-5);
  }

  @Test
  void saysTheSameBits_atTheFirstCallAndLater() {
    Tensor first = predict(3, new Guidance(5, 0), GuidanceHalf.BOTH, 1);

    for (int n = 0; n < 5; n++) {
      assertThat(predict(3, new Guidance(5, 0), GuidanceHalf.BOTH, 1)).isEqualTo(first);
    }
  }

  private static Tensor negative(WorkResult.EncodedText text, String name) {
    return Objects.requireNonNull(text.negative()).get(name);
  }

  private static WorkResult.EncodedText encode(Prompts prompts) {
    return model.encodeText(new Work.EncodeText(prompts, true));
  }

  static Tensor predict(int views, Guidance guidance, GuidanceHalf half, int threads) {
    WorkResult.EncodedText text = encode(new Prompts("a lighthouse", null, "fog", null));
    AssetId id = new AssetId("text");
    Tensor tiles = Tensor.zeros(views, 4, 16, 16);
    Random random = new Random(1);
    for (int n = 0; n < tiles.values().length; n++) {
      tiles.values()[n] = (float) random.nextGaussian();
    }
    MicroConditioning square = new MicroConditioning(256, 256, 0, 0, 256, 256);
    return model
        .predictNoise(
            new Work.PredictNoise(
                tiles,
                501,
                Collections.nCopies(views, square),
                Collections.nCopies(views, id),
                guidance,
                half,
                threads),
            JobAssets.of(text.toConditioning(id)))
        .noise();
  }

  private static void assertMatches(Tensor actual, String golden) {
    Tensor expected = GOLDEN.tensor(golden);
    int[] shape = expected.shape();
    int[] withoutBatch = Arrays.copyOfRange(shape, 1, shape.length);
    assertThat(relativeError(actual, new Tensor(withoutBatch, expected.values()))).isLessThan(1e-4);
  }
}
