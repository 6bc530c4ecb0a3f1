package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.ControlPicture.Filter;
import demofusion.protocol.work.ControlPicture.Resizing;
import demofusion.protocol.work.PixelCut;
import demofusion.worker.model.control.ControlNetwork;
import demofusion.worker.model.control.ControlPass;
import demofusion.worker.model.control.ControlWeights;
import demofusion.worker.model.control.ControlledViews;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.network.NoiseNetwork.Added;
import demofusion.worker.model.network.NoiseNetwork.Extra;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** ControlNets of the tiny models against what the reference computed, within 1e-4 relative. */
class GoldenControlNetsIT {
  private static final double TOLERANCE = 1e-4;
  private static final double SCALE = 0.7;
  private static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("conditioning/networks.safetensors"));
  private static final TorchDevice CPU = TorchDevice.parse("cpu");
  private static final ModelFolder SDXL = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
  private static final ModelFolder SD15 =
      ModelFolder.open(ModelSource.of(GoldenData.path("models/tiny-sd15")));

  @ParameterizedTest
  @CsvSource({"sdxl, tiny-sdxl", "sd15, tiny-sd15"})
  void addsWhatTheReferenceAdds(String base, String name) {
    String golden = "controlnet." + name + ".";
    try (ControlNetwork network = load(base, name, Precision.FLOAT32)) {
      assertThat(relativeError(network.hint(image(base)), GOLDEN.tensor(golden + "hint")))
          .isLessThan(TOLERANCE);

      List<Tensor> added = residuals(network, base, image(base), pass(SCALE, false));

      for (int n = 0; n < added.size() - 1; n++) {
        assertThat(relativeError(added.get(n), GOLDEN.tensor(golden + "down." + n)))
            .as("down %s", n)
            .isLessThan(TOLERANCE);
      }
      assertThat(relativeError(added.get(added.size() - 1), GOLDEN.tensor(golden + "mid")))
          .isLessThan(TOLERANCE);
      assertThat(GOLDEN.names()).doesNotContain(golden + "down." + (added.size() - 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sdxl, tiny-sdxl, false, out",
    "sdxl, tiny-sdxl, true, soft",
    "sd15, tiny-sd15, false, out",
    "sd15, tiny-sd15, true, soft"
  })
  void steersTheUnetAsTheReferenceDoes(String base, String name, boolean soft, String output) {
    try (ControlNetwork network = load(base, name, Precision.FLOAT32)) {
      Tensor noise = noise(network, base, image(base), pass(SCALE, soft));

      Tensor expected = GOLDEN.tensor("controlnet." + name + ".unet." + output);
      assertThat(relativeError(noise, expected)).isLessThan(TOLERANCE);
      assertThat(relativeError(noise, GOLDEN.tensor(base + ".out"))).isGreaterThan(10 * TOLERANCE);
    }
  }

  @Test
  void tellsAUnionItsTypes() {
    Tensor first = GOLDEN.tensor("sdxl.image");
    Tensor both = joined(first, GOLDEN.tensor("controlnet.tiny-sdxl-union.image2"));
    try (ControlNetwork union = load("sdxl", "tiny-sdxl-union", Precision.FLOAT32)) {
      assertUnion(union, "one", first, new ControlPass(List.of(input(6, SCALE, false))));
      assertUnion(
          union, "two", both, new ControlPass(List.of(input(3, 0.6, false), input(1, 0.4, false))));
    }
  }

  private static void assertUnion(
      ControlNetwork union, String name, Tensor pictures, ControlPass pass) {
    String golden = "controlnet.tiny-sdxl-union." + name + ".";
    List<Tensor> added = residuals(union, "sdxl", pictures, pass);
    assertThat(relativeError(added.get(0), GOLDEN.tensor(golden + "down.0"))).isLessThan(TOLERANCE);
    assertThat(relativeError(added.get(8), GOLDEN.tensor(golden + "down.8"))).isLessThan(TOLERANCE);
    assertThat(relativeError(added.get(9), GOLDEN.tensor(golden + "mid"))).isLessThan(TOLERANCE);
    Tensor noise = noise(union, "sdxl", pictures, pass);
    assertThat(relativeError(noise, GOLDEN.tensor(golden + "unet.out"))).isLessThan(TOLERANCE);
  }

  @Test
  void hasTheSameBitsFromASingleFile() {
    List<Tensor> ofFolder;
    try (ControlNetwork network = load("sd15", "tiny-sd15", Precision.FLOAT32)) {
      ofFolder = residuals(network, "sd15", image("sd15"), pass(SCALE, false));
    }
    try (ControlNetwork network =
        load("sd15", "tiny-sd15-lllyasviel.safetensors", Precision.FLOAT32)) {
      assertThat(residuals(network, "sd15", image("sd15"), pass(SCALE, false))).isEqualTo(ofFolder);
    }
  }

  @Test
  void seesTheFirstFourOfNineChannels() {
    Tensor sample = GOLDEN.tensor("sdxl.sample");
    float[] nine = new float[9 * 16 * 16];
    System.arraycopy(sample.values(), 0, nine, 0, sample.values().length);
    nine[5 * 16 * 16] = 3;
    try (ControlNetwork network = load("sdxl", "tiny-sdxl", Precision.FLOAT32)) {
      ControlPass pass = pass(SCALE, false);
      List<Tensor> four = residuals(network, "sdxl", image("sdxl"), pass);
      ControlledViews views = views("sdxl");
      ControlledViews more =
          new ControlledViews(
              new Tensor(new int[] {1, 9, 16, 16}, nine),
              views.timestep(),
              views.context(),
              views.pooled(),
              views.timeIds());

      try (DeviceTensors added = network.residuals(more, image("sdxl"), pass, DeviceTensors.NONE)) {
        assertThat(added.toHeap()).isEqualTo(four);
      }
    }
  }

  @Test
  void addsToWhatOthersAdd() {
    try (ControlNetwork network = load("sdxl", "tiny-sdxl", Precision.FLOAT32)) {
      List<Tensor> once = residuals(network, "sdxl", image("sdxl"), pass(SCALE, false));
      try (DeviceTensors before =
              network.residuals(
                  views("sdxl"), image("sdxl"), pass(SCALE, false), DeviceTensors.NONE);
          DeviceTensors twice =
              network.residuals(views("sdxl"), image("sdxl"), pass(SCALE, false), before)) {
        List<Tensor> sum = twice.toHeap();
        for (int n = 0; n < sum.size(); n++) {
          Tensor doubled = once.get(n);
          for (int i = 0; i < doubled.values().length; i++) {
            assertThat(sum.get(n).values()[i]).isEqualTo(2 * doubled.values()[i]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void addsNearlyTheSameInHalfPrecision(Precision precision) {
    try (ControlNetwork network = load("sdxl", "tiny-sdxl", precision)) {
      List<Tensor> added = residuals(network, "sdxl", image("sdxl"), pass(SCALE, false));

      Tensor expected = GOLDEN.tensor("controlnet.tiny-sdxl.mid");
      assertThat(relativeError(added.get(added.size() - 1), expected))
          .isLessThan(precision == Precision.FLOAT16 ? 0.02 : 0.1);
    }
  }

  @Test
  void refusesAModelThatItWasNotMadeFor() {
    assertThatThrownBy(() -> ControlWeights.open(file("tiny-sd15"), SDXL.unet().config()))
        .hasMessageContaining("context width 16, this model has 40");
  }

  private static ControlNetwork load(String base, String name, Precision precision) {
    ControlWeights weights = ControlWeights.open(file(name), model(base).unet().config());
    ControlNetwork network = ControlNetwork.load(weights, CPU, precision, 0, () -> {});
    TorchThread.prepare(1);
    return network;
  }

  private static Path file(String name) {
    return GoldenData.path("conditioning/controlnet/" + name);
  }

  private static ModelFolder model(String base) {
    return base.equals("sdxl") ? SDXL : SD15;
  }

  /** That of SD 1.5 was trained on BGR. */
  private static Tensor image(String base) {
    Tensor image = GOLDEN.tensor(base + ".image");
    if (base.equals("sdxl")) {
      return image;
    }
    Tensor turned = Tensor.zeros(image.shape());
    int plane = image.values().length / 3;
    for (int channel = 0; channel < 3; channel++) {
      System.arraycopy(
          image.values(), channel * plane, turned.values(), (2 - channel) * plane, plane);
    }
    return turned;
  }

  private static Tensor joined(Tensor first, Tensor second) {
    int[] shape = first.shape().clone();
    shape[0] = 2;
    Tensor both = Tensor.zeros(shape);
    int size = first.values().length;
    System.arraycopy(first.values(), 0, both.values(), 0, size);
    System.arraycopy(second.values(), 0, both.values(), size, size);
    return both;
  }

  private static ControlledViews views(String base) {
    boolean isSdxl = base.equals("sdxl");
    return new ControlledViews(
        GOLDEN.tensor(base + ".sample"),
        GOLDEN.tensor(base + ".timestep").values()[0],
        GOLDEN.tensor(base + ".context"),
        isSdxl ? GOLDEN.tensor("sdxl.pooled") : null,
        isSdxl ? GOLDEN.tensor("sdxl.time_ids") : null);
  }

  private static List<Tensor> residuals(
      ControlNetwork network, String base, Tensor pictures, ControlPass pass) {
    try (DeviceTensors added = network.residuals(views(base), pictures, pass, DeviceTensors.NONE)) {
      return new ArrayList<>(added.toHeap());
    }
  }

  private static Tensor noise(
      ControlNetwork network, String base, Tensor pictures, ControlPass pass) {
    ControlledViews views = views(base);
    Tensor pooled = views.pooled();
    Tensor timeIds = views.timeIds();
    Added added = pooled == null || timeIds == null ? null : new Added(pooled, timeIds);
    ModelFolder folder = model(base);
    try (NoiseNetwork unet =
            NoiseNetwork.load(
                folder.unet().config(), folder.unet().weights(), CPU, Precision.FLOAT32);
        DeviceTensors residuals = network.residuals(views, pictures, pass, DeviceTensors.NONE)) {
      return unet.predictHalf(
          views.tiles(),
          views.timestep(),
          views.context(),
          1,
          added,
          new Extra(residuals, DeviceTensors.NONE, DeviceTensors.NONE, new double[0]));
    }
  }

  private static ControlPass pass(double scale, boolean soft) {
    return new ControlPass(List.of(input(null, scale, soft)));
  }

  private static ControlInput input(@Nullable Integer type, double scale, boolean soft) {
    return new ControlInput(
        "a".repeat(64),
        false,
        type,
        scale,
        soft,
        new ControlPicture(
            new AssetId("picture"),
            null,
            List.of(new Resizing(Filter.LANCZOS, new PixelExtent(128, 128)))),
        List.of(new PixelCut(0, 0, 1, 128, 128)));
  }
}
