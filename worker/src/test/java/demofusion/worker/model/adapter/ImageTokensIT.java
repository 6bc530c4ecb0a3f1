package demofusion.worker.model.adapter;

import static demofusion.worker.model.Differences.relativeError;
import static demofusion.worker.model.adapter.GoldenAdapters.golden;
import static demofusion.worker.model.adapter.GoldenAdapters.scene;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.condition.AdapterSizes;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.adapter.AdapterKind;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.work.WorkResult.EncodedImage;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.memory.DeviceLedger;
import demofusion.worker.model.memory.DeviceRoom;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What encoders and adapters make of pictures, against diffusers, within 1e-4 relative. */
class ImageTokensIT {
  private static final double TOLERANCE = 1e-4;
  private static final TorchDevice CPU = TorchDevice.parse("cpu");

  @ParameterizedTest
  @ValueSource(strings = {"scene", "tall"})
  void readsPicturesAsTheReferenceDoes(String picture) {
    AdapterPair pair = GoldenAdapters.pair("tiny-sdxl");
    Tensor pixels = golden("image_encoder." + picture + ".pixels");

    try (ImageTower tower = ImageTower.load(pair.encoder(), pair.shape(), CPU, Precision.FLOAT32)) {
      TorchThread.prepare(1);
      Tensor embedding = tower.read(pixels, AdapterKind.PLAIN);
      Tensor penultimate = tower.read(pixels, AdapterKind.PLUS);

      Tensor wanted = golden("image_encoder." + picture + ".embeds");
      assertThat(relativeError(embedding, wanted)).isLessThan(TOLERANCE);
      wanted = golden("image_encoder." + picture + ".penultimate");
      assertThat(relativeError(penultimate, wanted)).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sdxl", "tiny-sdxl-plus", "tiny-sd15", "tiny-sd15-full"})
  void makesTheReferencesTokens_andThoseOfNoPicture(String name) {
    try (ImagePrompts prompts = prompts(modelOf(name))) {
      EncodedImage encoded = prompts.encode(GoldenAdapters.work(name, scene()));

      Tensor tokens = encoded.positive().get(ImageTokens.TOKENS);
      assertThat(relativeError(tokens, withoutBatch(golden(name + ".tokens"))))
          .isLessThan(TOLERANCE);
      Tensor none = encoded.negative().get(ImageTokens.TOKENS);
      assertThat(relativeError(none, withoutBatch(golden(name + ".negative_tokens"))))
          .isLessThan(TOLERANCE);
    }
  }

  @Test
  void joinsTheTokensOfSeveralPictures_eachAsItIsAlone() {
    Tensor tall = golden("image_encoder.tall.pixels");
    int[] both = scene().shape().clone();
    both[0] = 2;
    float[] values = Arrays.copyOf(scene().values(), 2 * scene().values().length);
    System.arraycopy(tall.values(), 0, values, scene().values().length, tall.values().length);

    try (ImagePrompts prompts = prompts(GoldenData.tinySdxl().toString())) {
      EncodedImage first = prompts.encode(GoldenAdapters.work("tiny-sdxl-plus", scene()));
      EncodedImage second = prompts.encode(GoldenAdapters.work("tiny-sdxl-plus", tall));
      EncodedImage joined =
          prompts.encode(GoldenAdapters.work("tiny-sdxl-plus", new Tensor(both, values)));

      assertThat(joined.positive().get(ImageTokens.TOKENS))
          .isEqualTo(joined(first.positive().get("tokens"), second.positive().get("tokens")));
      assertThat(joined.negative().get(ImageTokens.TOKENS))
          .isEqualTo(joined(first.negative().get("tokens"), first.negative().get("tokens")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-sd15, tiny-sdxl, 'context width 16, this model has 40'",
    "tiny-sdxl, tiny-sd15, 'context width 40, this model has 16'"
  })
  void refusesAdaptersOfOtherModels(String adapter, String model, String words) {
    try (ImagePrompts prompts = prompts(modelOf(model))) {
      DemofusionException refusal =
          catchThrowableOfType(
              DemofusionException.class,
              () -> prompts.encode(GoldenAdapters.work(adapter, scene())));

      assertThat(refusal.code()).isEqualTo(FailureCode.BAD_MODEL);
      assertThat(refusal).hasMessageContaining(words);
    }
  }

  /** The encoder, and after it the projection; nothing of either stays. */
  @Test
  void takesRoomInTheLedger_orIsHandedBack() {
    AdapterPair pair = GoldenAdapters.pair("tiny-sdxl-plus");
    AdapterSizes sizes = Objects.requireNonNull(pair.facts().sizes());
    long encoder = sizes.encoder().parameters() * Float.BYTES;
    DeviceLedger ledger = new DeviceLedger(64L << 20);
    List<String> taken = new ArrayList<>();
    DeviceRoom room =
        (what, bytes) -> {
          taken.add(what);
          return ledger.hold(what, bytes)::close;
        };

    try (ImagePrompts prompts = prompts(GoldenData.tinySdxl().toString(), room)) {
      prompts.encode(GoldenAdapters.work("tiny-sdxl-plus", scene()));
    }

    assertThat(taken).containsExactly("an image encoder", "an IP-Adapter's projection");
    assertThat(ledger.peakBytes()).isBetween(encoder, 4 * encoder);
    assertThat(ledger.usedBytes()).isZero();
    DeviceLedger full = new DeviceLedger(encoder);
    try (ImagePrompts prompts =
        prompts(GoldenData.tinySdxl().toString(), (what, bytes) -> full.hold(what, bytes)::close)) {
      DemofusionException refusal =
          catchThrowableOfType(
              DemofusionException.class,
              () -> prompts.encode(GoldenAdapters.work("tiny-sdxl-plus", scene())));
      assertThat(refusal.code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
      assertThat(refusal).hasMessageContaining("an image encoder takes");
      assertThat(full.usedBytes()).isZero();
    }
  }

  private static ImagePrompts prompts(String model) {
    return prompts(model, DeviceRoom.UNBOUNDED);
  }

  private static ImagePrompts prompts(String model, DeviceRoom room) {
    return new ImagePrompts(
        GoldenAdapters.FILES,
        ModelFolder.open(ModelSource.of(Path.of(model))).unet().config(),
        CPU,
        Precision.FLOAT32,
        room);
  }

  private static String modelOf(String adapter) {
    return (adapter.startsWith("tiny-sdxl")
            ? GoldenData.tinySdxl()
            : GoldenData.path("models/tiny-sd15"))
        .toString();
  }

  private static Tensor withoutBatch(Tensor tensor) {
    return new Tensor(new int[] {tensor.shape()[1], tensor.shape()[2]}, tensor.values());
  }

  private static Tensor joined(Tensor first, Tensor second) {
    float[] values = Arrays.copyOf(first.values(), 2 * first.values().length);
    System.arraycopy(second.values(), 0, values, first.values().length, second.values().length);
    return new Tensor(new int[] {2 * first.shape()[0], first.shape()[1]}, values);
  }
}
