package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.NamedTensors;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.network.NoiseNetwork.Extra;
import demofusion.worker.model.network.TextProjections.Text;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A text's keys and values are made once for many forwards, which compute what they always do. */
class TextProjectionsIT {
  private static final int TOKENS = 77;
  private static final Guidance GUIDANCE = new Guidance(7.5f, 0);

  static Stream<Arguments> networks() {
    ForwardSwitches joined = new ForwardSwitches(false, true, false, false);
    return Stream.of(
        Arguments.of(GoldenData.tinySdxl(), ForwardSwitches.BUILT_IN),
        Arguments.of(GoldenData.tinySdxl(), joined),
        Arguments.of(GoldenData.path("models/tiny-sd15"), ForwardSwitches.BUILT_IN),
        Arguments.of(GoldenData.path("models/tiny-sd21"), joined));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void giveTheSameBits_asAForwardThatMakesItsOwn(Path folder, ForwardSwitches switches) {
    UnetConfig config = ModelFolder.open(ModelSource.of(folder)).unet().config();
    try (NoiseNetwork unet = unet(folder, switches);
        TextProjections kept = new TextProjections(true);
        TextProjections none = new TextProjections(false)) {
      for (int views : new int[] {1, 3}) {
        for (long seed : new long[] {1, 2}) {
          Text text = text(unet, config, seed, GuidanceHalf.BOTH);
          Text half = text(unet, config, seed, GuidanceHalf.TEXT);
          assertThat(none.with(text, made -> guided(config, text, made, views)).values())
              .isEqualTo(kept.with(text, made -> guided(config, text, made, views)).values())
              .isEqualTo(kept.with(text, made -> guided(config, text, made, views)).values());
          assertThat(none.with(half, made -> half(config, half, made, views)).values())
              .isEqualTo(kept.with(half, made -> half(config, half, made, views)).values());
          assertThat(kept.has(text)).isTrue();
          assertThat(none.has(text)).isFalse();
        }
      }
    }
  }

  @Test
  void belongToOneText_oneHalfAndOneUnet() {
    Path folder = GoldenData.tinySdxl();
    UnetConfig config = ModelFolder.open(ModelSource.of(folder)).unet().config();
    try (NoiseNetwork unet = unet(folder, ForwardSwitches.BUILT_IN);
        NoiseNetwork other = unet(folder, ForwardSwitches.BUILT_IN);
        TextProjections kept = new TextProjections(true)) {
      Text text = text(unet, config, 1, GuidanceHalf.TEXT);
      kept.with(text, made -> half(config, text, made, 1));

      // the id says nothing: the next job's text has the same one
      assertThat(kept.has(text(unet, config, 1, GuidanceHalf.TEXT))).isFalse();
      assertThat(kept.has(with(text, other, text.half(), 1))).isFalse();
      assertThat(kept.has(with(text, unet, GuidanceHalf.UNCONDITIONAL, 1))).isFalse();
      assertThat(kept.has(with(text, unet, text.half(), 2))).isFalse();
      assertThat(kept.has(with(text, unet, text.half(), 1))).isTrue();
    }
  }

  @Test
  void leave_andAreMadeAgain() {
    Path folder = GoldenData.tinySdxl();
    UnetConfig config = ModelFolder.open(ModelSource.of(folder)).unet().config();
    try (NoiseNetwork unet = unet(folder, ForwardSwitches.BUILT_IN);
        TextProjections kept = new TextProjections(true)) {
      Text text = text(unet, config, 1, GuidanceHalf.BOTH);
      assertThat(kept.leave()).isFalse();
      float[] before = kept.with(text, made -> guided(config, text, made, 1)).values();

      assertThat(kept.leave()).isTrue();

      assertThat(kept.has(text)).isFalse();
      assertThat(kept.with(text, made -> guided(config, text, made, 1)).values()).isEqualTo(before);
    }
  }

  private static NoiseNetwork unet(Path path, ForwardSwitches switches) {
    ModelFolder folder = ModelFolder.open(ModelSource.of(path));
    NoiseNetwork unet =
        NoiseNetwork.load(
            folder.unet().config(),
            folder.unet().weights(),
            TorchDevice.parse("cpu"),
            Precision.FLOAT32,
            switches);
    TorchThread.prepare(1);
    return unet;
  }

  private static Text text(NoiseNetwork unet, UnetConfig config, long seed, GuidanceHalf half) {
    int rows = half == GuidanceHalf.BOTH ? 2 : 1;
    Tensor context = noise(seed, rows, TOKENS, config.contextWidth());
    NamedTensors named = new NamedTensors(Map.of("states", context));
    Asset.Conditioning asset = new Asset.Conditioning(new AssetId("text"), named, null);
    return new Text(unet, asset, half, 1, context);
  }

  private static Text with(Text text, NoiseNetwork unet, GuidanceHalf half, int threads) {
    return new Text(unet, text.conditioning(), half, threads, text.context());
  }

  private static Tensor guided(UnetConfig config, Text text, DeviceTensors made, int views) {
    return text.unet()
        .predictGuided(
            tiles(config, views), 501, text.context(), added(config, views, 2), GUIDANCE, of(made));
  }

  private static Tensor half(UnetConfig config, Text text, DeviceTensors made, int views) {
    return text.unet()
        .predictHalf(
            tiles(config, views), 501, text.context(), 7.5f, added(config, views, 1), of(made));
  }

  private static Extra of(DeviceTensors made) {
    return new Extra(DeviceTensors.NONE, made, DeviceTensors.NONE, new double[0]);
  }

  private static Tensor tiles(UnetConfig config, int views) {
    return noise(9, views, config.inputChannels(), 16, 16);
  }

  private static NoiseNetwork.@Nullable Added added(UnetConfig config, int views, int rows) {
    return config.addedWidth() == 0
        ? null
        : new NoiseNetwork.Added(
            noise(5, rows, config.pooledWidth()), noise(6, views, UnetConfig.TIME_IDS));
  }

  private static Tensor noise(long seed, int... shape) {
    Tensor noise = Tensor.zeros(shape);
    Random random = new Random(seed);
    for (int n = 0; n < noise.values().length; n++) {
      noise.values()[n] = (float) random.nextGaussian();
    }
    return noise;
  }
}
