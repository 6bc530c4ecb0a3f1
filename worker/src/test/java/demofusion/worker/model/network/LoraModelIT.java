package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.ModelFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tiny model with LoRAs in it. */
class LoraModelIT {
  private static final SafetensorsFile GOLDEN = GoldenData.tensors("models/files.safetensors");
  private static final Map<String, String> FILES =
      Map.of(
          "a".repeat(64), "kohya",
          "b".repeat(64), "loha",
          "c".repeat(64), "dora",
          "d".repeat(64), "locon",
          "e".repeat(64), "peft",
          "f".repeat(64), "sd15-kohya");
  private static final AssetId TEXT = new AssetId("text");

  private DiffusionModel model;

  @BeforeEach
  void load() {
    AdditionFiles files =
        hash -> GoldenData.path("models/lora/" + FILES.get(hash) + ".safetensors");
    model =
        ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()))
            .load("cpu", Precision.FLOAT32, files);
  }

  @AfterEach
  void close() {
    model.close();
  }

  private static Additions loras(LoraUse... uses) {
    return new Additions(List.of(uses), List.of());
  }

  private static LoraUse lora(String name, double weight) {
    String hash =
        FILES.entrySet().stream()
            .filter(file -> file.getValue().equals(name))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    return new LoraUse(name, hash, weight, weight);
  }

  private WorkResult.EncodedText encode(Additions additions) {
    Prompts prompts =
        new Prompts("a lighthouse on a cliff at sunset, golden light", null, "blurry, ugly", null);
    return model.encodeText(
        new Work.EncodeText(prompts, true, PromptSyntax.PLAIN, null, additions));
  }

  private Tensor predict(Additions additions, int threads) {
    Tensor tiles = Tensor.zeros(2, 4, 16, 16);
    Random random = new Random(1);
    for (int n = 0; n < tiles.values().length; n++) {
      tiles.values()[n] = (float) random.nextGaussian();
    }
    MicroConditioning place = new MicroConditioning(128, 128, 0, 0, 128, 128);
    Work.PredictNoise work =
        new Work.PredictNoise(
            tiles,
            481,
            List.of(place, place),
            List.of(TEXT, TEXT),
            new Guidance(5, 0),
            GuidanceHalf.BOTH,
            threads,
            additions,
            ExtraConditioning.NONE);
    return model
        .predictNoise(work, JobAssets.of(encode(Additions.NONE).toConditioning(TEXT)))
        .noise();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kohya", "loha", "dora", "peft"})
  void readsPromptsAsTheReferenceDoes(String name) {
    WorkResult.EncodedText text = encode(loras(lora(name, 1)));

    assertMatches(text.positive().get(PromptEncoder.STATES), name + ".text.0.prompt_embeds");
    assertMatches(text.positive().get(PromptEncoder.POOLED), name + ".text.0.pooled");
    assertMatches(
        Objects.requireNonNull(text.negative()).get(PromptEncoder.STATES),
        name + ".text.0.negative_prompt_embeds");
  }

  private static void assertMatches(Tensor actual, String name) {
    float[] expected = GOLDEN.tensor(name).values();
    double worst = 0;
    for (int n = 0; n < expected.length; n++) {
      worst = Math.max(worst, Math.abs(expected[n] - actual.values()[n]));
    }
    assertThat(worst).as(name).isLessThan(1e-4);
  }

  @Test
  void leavesTheModelAsItIs() {
    Tensor before = predict(Additions.NONE, 1);
    Tensor with = predict(loras(lora("kohya", 0.5)), 1);

    Tensor after = predict(Additions.NONE, 1);

    assertThat(with).isNotEqualTo(before);
    assertThat(after).isEqualTo(before);
    assertThat(predict(loras(lora("kohya", 0)), 1)).isEqualTo(before);
  }

  @Test
  void minds_theOrder_andEveryWeight() {
    Tensor one = predict(loras(lora("kohya", 0.5), lora("loha", 0.4)), 1);

    assertThat(predict(loras(lora("kohya", 0.5), lora("loha", 0.4)), 1)).isEqualTo(one);
    assertThat(predict(loras(lora("kohya", 0.5), lora("loha", 0.3)), 1)).isNotEqualTo(one);
    assertThat(predict(loras(lora("kohya", 0.5)), 1)).isNotEqualTo(one);
    assertThat(model.loras().merges()).isEqualTo(3);
    assertThat(model.loras().bytes()).isPositive();
  }

  @Test
  void givesTheSameBits_whateverElseIsGoingOn() throws Exception {
    List<Additions> sets = new ArrayList<>(List.of(Additions.NONE));
    for (String name : List.of("kohya", "loha", "dora", "locon")) {
      sets.add(loras(lora(name, 0.4)));
    }
    List<Tensor> alone = sets.stream().map(set -> predict(set, 1)).toList();
    close();
    load();
    ExecutorService lanes = Executors.newFixedThreadPool(4);
    List<Future<Tensor>> together = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      Additions set = sets.get(n % sets.size());
      together.add(lanes.submit(() -> predict(set, 1)));
    }

    for (int n = 0; n < together.size(); n++) {
      assertThat(together.get(n).get(2, TimeUnit.MINUTES)).isEqualTo(alone.get(n % sets.size()));
    }

    lanes.shutdown();
  }

  @Test
  void keepsTheThreadsOfTheForward_whereItMergesFirst() {
    Tensor merged = predict(loras(lora("kohya", 0.5)), 2);

    assertThat(predict(loras(lora("kohya", 0.5)), 2)).isEqualTo(merged);
  }

  @Test
  void refusesAFileForAnotherModel_andGoesOn() {
    Tensor before = predict(Additions.NONE, 1);

    assertThatThrownBy(() -> predict(loras(lora("sd15-kohya", 1)), 1))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("made for SD 1");

    assertThat(predict(Additions.NONE, 1)).isEqualTo(before);
  }
}
