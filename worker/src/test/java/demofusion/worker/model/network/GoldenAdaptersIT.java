package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static demofusion.worker.model.adapter.GoldenAdapters.GOLDEN;
import static demofusion.worker.model.adapter.GoldenAdapters.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.ImagePrompt;
import demofusion.protocol.work.WorkResult.EncodedImage;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.adapter.GoldenAdapters;
import demofusion.worker.model.adapter.ImagePrompts;
import demofusion.worker.model.folder.CrossAttentions;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.memory.DeviceRoom;
import demofusion.worker.model.network.NoiseNetwork.Added;
import demofusion.worker.model.network.NoiseNetwork.Extra;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UNets that are shown pictures, against diffusers, within 1e-4 relative. */
class GoldenAdaptersIT {
  private static final double TOLERANCE = 1e-4;
  private static final AssetId IMAGE = new AssetId("image-0");
  private static final Map<String, Model> MODELS = new LinkedHashMap<>();

  /** A tiny model, and what the golden data asks of it. */
  private record Model(String name, UnetConfig config, NoiseNetwork unet, ImagePrompts prompts) {
    static Model open(String name, Path folder) {
      ModelFolder model = ModelFolder.open(ModelSource.of(folder));
      UnetConfig config = model.unet().config();
      TorchDevice cpu = TorchDevice.parse("cpu");
      return new Model(
          name,
          config,
          NoiseNetwork.load(config, model.unet().weights(), cpu, Precision.FLOAT32),
          new ImagePrompts(
              GoldenAdapters.FILES, config, cpu, Precision.FLOAT32, DeviceRoom.UNBOUNDED));
    }

    Tensor golden(String what) {
      return GOLDEN.tensor(name + "." + what);
    }

    Tensor alone() {
      return half(Extra.NONE);
    }

    private Tensor half(Extra extra) {
      return unet.predictHalf(
          golden("sample"), golden("timestep").values()[0], golden("context"), 1, added(), extra);
    }

    private @Nullable Added added() {
      return unet.isToldMore() ? new Added(golden("pooled"), golden("time_ids")) : null;
    }

    /** Of the text's half, with strengths as they are or others. */
    Tensor shown(String adapter, ImagePrompt prompt, UnaryOperator<double[]> strengths) {
      return prompts.with(
          List.of(prompt),
          assets(adapter),
          GuidanceHalf.TEXT,
          (images, given) ->
              half(
                  new Extra(
                      Extra.NONE.residuals(), DeviceTensors.NONE, images, strengths.apply(given))));
    }

    Tensor shown(String adapter, double scale, AdapterBlocks blocks) {
      return shown(adapter, prompt(adapter, scale, blocks), UnaryOperator.identity());
    }

    private JobAssets assets(String adapter) {
      EncodedImage encoded = prompts.encode(GoldenAdapters.work(adapter, GoldenAdapters.scene()));
      return JobAssets.of(encoded.toConditioning(IMAGE));
    }

    /** Both halves under one text, of which only one sees the picture. */
    Tensor guided(String adapter, float scale) {
      Tensor context = golden("context");
      Tensor rows =
          new Tensor(
              new int[] {2, context.shape()[1], context.shape()[2]}, twice(context.values()));
      @Nullable Added one = added();
      @Nullable Added two =
          one == null
              ? null
              : new Added(
                  new Tensor(new int[] {2, one.pooled().shape()[1]}, twice(one.pooled().values())),
                  one.timeIds());
      return prompts.with(
          List.of(prompt(adapter, 1, AdapterBlocks.ALL)),
          assets(adapter),
          GuidanceHalf.BOTH,
          (images, strengths) ->
              unet.predictGuided(
                  golden("sample"),
                  golden("timestep").values()[0],
                  rows,
                  two,
                  new Guidance(scale, 0),
                  new Extra(Extra.NONE.residuals(), DeviceTensors.NONE, images, strengths)));
    }

    Tensor unconditional(String adapter) {
      return prompts.with(
          List.of(prompt(adapter, 1, AdapterBlocks.ALL)),
          assets(adapter),
          GuidanceHalf.UNCONDITIONAL,
          (images, strengths) ->
              half(new Extra(Extra.NONE.residuals(), DeviceTensors.NONE, images, strengths)));
    }
  }

  private static float[] twice(float[] values) {
    float[] both = Arrays.copyOf(values, 2 * values.length);
    System.arraycopy(values, 0, both, values.length, values.length);
    return both;
  }

  private static ImagePrompt prompt(String adapter, double scale, AdapterBlocks blocks) {
    return new ImagePrompt(GoldenAdapters.hash(adapter), IMAGE, scale, blocks);
  }

  @BeforeAll
  static void load() {
    MODELS.put("sdxl", Model.open("sdxl", GoldenData.tinySdxl()));
    MODELS.put("sd15", Model.open("sd15", GoldenData.path("models/tiny-sd15")));
    TorchThread.prepare(1);
  }

  @AfterAll
  static void close() {
    MODELS.values().forEach(model -> model.prompts().close());
    MODELS.values().forEach(model -> model.unet().close());
  }

  private static Model of(String adapter) {
    return Objects.requireNonNull(MODELS.get(adapter.startsWith("tiny-sdxl") ? "sdxl" : "sd15"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sdxl", "tiny-sdxl-plus", "tiny-sd15", "tiny-sd15-full"})
  void predictsWhatTheReferenceDoes(String adapter) {
    Model model = of(adapter);

    Tensor whole = model.shown(adapter, 1, AdapterBlocks.ALL);
    Tensor weak = model.shown(adapter, 0.6, AdapterBlocks.ALL);

    assertThat(relativeError(whole, golden(adapter + ".unet.1"))).isLessThan(TOLERANCE);
    assertThat(relativeError(weak, golden(adapter + ".unet.06"))).isLessThan(TOLERANCE);
    assertThat(relativeError(whole, model.alone())).isGreaterThan(0.01);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sdxl", "tiny-sdxl-plus"})
  void showsTheBlockOfStyleAlone(String adapter) {
    Tensor styled = of(adapter).shown(adapter, 1, AdapterBlocks.STYLE);

    assertThat(relativeError(styled, golden(adapter + ".unet.style"))).isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd15", "tiny-sd15-full"})
  void showsOneBlockOfStableDiffusion1Alone(String adapter) {
    Model model = of(adapter);
    List<CrossAttentions.Place> places = CrossAttentions.of(model.config()).inOrder();

    Tensor styled =
        model.shown(
            adapter,
            prompt(adapter, 1, AdapterBlocks.ALL),
            all -> {
              double[] one = all.clone();
              for (int n = 0; n < one.length; n++) {
                one[n] = places.get(n).transformer().equals("up_blocks.1.attentions.1") ? 1 : 0;
              }
              return one;
            });

    assertThat(relativeError(styled, golden(adapter + ".unet.style"))).isLessThan(TOLERANCE);
  }

  @Test
  void refusesBlocksThatStableDiffusion1HasNot() {
    assertThatThrownBy(() -> of("tiny-sd15").shown("tiny-sd15", 1, AdapterBlocks.STYLE))
        .hasMessageContaining("IP-Adapter blocks style are SDXL's");
  }

  @Test
  void ofWeightZeroThereIsNone() {
    Model model = of("tiny-sdxl");

    assertThat(model.shown("tiny-sdxl", 0, AdapterBlocks.ALL)).isEqualTo(model.alone());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sdxl", "tiny-sd15-full"})
  void theUnconditionalHalfSeesNoPicture(String adapter) {
    Model model = of(adapter);

    Tensor guided = model.guided(adapter, 3);

    Tensor text = model.shown(adapter, 1, AdapterBlocks.ALL);
    Tensor unconditional = model.unconditional(adapter);
    assertThat(relativeError(unconditional, text)).isGreaterThan(0.001);
    assertThat(relativeError(guided, new Guidance(3, 0).apply(text, unconditional)))
        .isLessThan(1e-5);
  }

  @Test
  void addsSeveralAdapters() {
    Model model = of("tiny-sdxl");
    EncodedImage plain =
        model.prompts().encode(GoldenAdapters.work("tiny-sdxl", GoldenAdapters.scene()));
    EncodedImage plus =
        model.prompts().encode(GoldenAdapters.work("tiny-sdxl-plus", GoldenAdapters.scene()));
    Asset first = plain.toConditioning(IMAGE);
    Asset second = plus.toConditioning(new AssetId("image-1"));
    ImagePrompt other =
        new ImagePrompt(GoldenAdapters.hash("tiny-sdxl-plus"), second.id(), 0.4, AdapterBlocks.ALL);

    Tensor both =
        model
            .prompts()
            .with(
                List.of(prompt("tiny-sdxl", 0.6, AdapterBlocks.ALL), other),
                JobAssets.of(first, second),
                GuidanceHalf.TEXT,
                (images, strengths) ->
                    model.half(
                        new Extra(Extra.NONE.residuals(), DeviceTensors.NONE, images, strengths)));

    Tensor one = model.shown("tiny-sdxl", 0.6, AdapterBlocks.ALL);
    assertThat(relativeError(both, one)).isGreaterThan(0.001);
    assertThat(relativeError(both, model.alone())).isGreaterThan(0.01);
  }
}
