package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.control.ControlFile;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.ControlPicture.Filter;
import demofusion.protocol.work.ControlPicture.Resizing;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.PixelCut;
import demofusion.protocol.work.Work;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.control.ControlResiduals;
import demofusion.worker.model.control.ControlledViews;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.memory.DeviceLedger;
import demofusion.worker.model.memory.DeviceRoom;
import demofusion.worker.model.memory.MemoryDemand;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Forwards of the tiny SDXL with ControlNets beside it, as work names them. */
class ControlledForwardIT {
  private static final String PLAIN = "a".repeat(64);
  private static final String UNION = "b".repeat(64);
  private static final String SD15 = "c".repeat(64);
  private static final AdditionFiles FILES =
      hash ->
          GoldenData.path(
              "conditioning/controlnet/"
                  + switch (hash.charAt(0)) {
                    case 'a' -> "tiny-sdxl/diffusion_pytorch_model.fp16.safetensors";
                    case 'b' -> "tiny-sdxl-union/diffusion_pytorch_model.fp16.safetensors";
                    default -> "tiny-sd15/diffusion_pytorch_model.fp16.safetensors";
                  });
  private static final ModelFolder FOLDER = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
  private static final AssetId TEXT = new AssetId("text");
  private static final AssetId SQUARE = new AssetId("square");
  private static final AssetId BIG = new AssetId("big");
  private static final Guidance GUIDANCE = new Guidance(5, 0);

  private static NetworkModel model;
  private static Asset.Conditioning text;

  @BeforeAll
  static void load() {
    model = load(Precision.FLOAT32, MemoryLimit.AUTO);
    Prompts prompts = new Prompts("a lighthouse on a cliff", null, "blurry", null);
    text = model.encodeText(new Work.EncodeText(prompts, true)).toConditioning(TEXT);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static NetworkModel load(Precision precision, MemoryLimit limit) {
    return NetworkModel.load(
        FOLDER, TorchDevice.parse("cpu"), precision, TextReading.PENULTIMATE, FILES, limit);
  }

  @Test
  void ofWeight0IsNone() {
    Tensor none = predict(model, GuidanceHalf.BOTH, 2);

    assertThat(predict(model, GuidanceHalf.BOTH, 2, input(PLAIN, null, 0, SQUARE))).isEqualTo(none);
    assertThat(predict(model, GuidanceHalf.BOTH, 2, input(PLAIN, null, 1, SQUARE)))
        .isNotEqualTo(none);
  }

  @Test
  void isBesideBothHalvesOfGuidance() {
    ControlInput control = input(PLAIN, null, 0.8, SQUARE);
    Tensor both = predict(model, GuidanceHalf.BOTH, 2, control);

    Tensor guided =
        GUIDANCE.apply(
            predict(model, GuidanceHalf.TEXT, 2, control),
            predict(model, GuidanceHalf.UNCONDITIONAL, 2, control));

    assertThat(relativeError(both, guided)).isLessThan(1e-5);
  }

  @Test
  void looksAtEachViewsOwnCut() {
    PixelCut first = new PixelCut(0, 0, 1, 128, 128);
    PixelCut second = new PixelCut(64, -40, 1, 128, 128);
    ControlInput both = input(PLAIN, null, 4, BIG, first, second);

    Tensor together = predict(model, GuidanceHalf.BOTH, 2, both);

    Tensor alone = predict(model, GuidanceHalf.BOTH, 1, input(PLAIN, null, 4, BIG, first));
    Tensor other = predict(model, GuidanceHalf.BOTH, 1, input(PLAIN, null, 4, BIG, second));
    int size = alone.values().length;
    double apart = relativeError(other, alone);
    assertThat(relativeError(view(together, 0, size), alone)).isLessThan(apart / 10);
    assertThat(relativeError(view(together, 1, size), other)).isLessThan(apart / 10);
  }

  @Test
  void addsSeveral_inAnyNumber() {
    ControlInput first = input(PLAIN, null, 0.5, SQUARE);
    ControlInput second = input(UNION, 3, 0.4, BIG);

    Tensor both = predict(model, GuidanceHalf.BOTH, 1, first, second);

    assertThat(predict(model, GuidanceHalf.BOTH, 1, first, second)).isEqualTo(both);
    assertThat(relativeError(predict(model, GuidanceHalf.BOTH, 1, second, first), both))
        .isLessThan(1e-5);
    assertThat(predict(model, GuidanceHalf.BOTH, 1, first)).isNotEqualTo(both);
  }

  @Test
  void tellsAUnionItsTypesInOnePass_andOneTypeTwiceInTwo() {
    ControlInput first = input(UNION, 3, 0.6, SQUARE);
    Tensor alone = predict(model, GuidanceHalf.TEXT, 1, first);

    Tensor types = predict(model, GuidanceHalf.TEXT, 1, first, input(UNION, 1, 0.4, BIG));
    Tensor twice = predict(model, GuidanceHalf.TEXT, 1, first, first);

    assertThat(types).isNotEqualTo(alone).isNotEqualTo(twice);
    assertThat(relativeError(twice, predict(model, GuidanceHalf.TEXT, 1, doubled(first))))
        .isLessThan(1e-5);
  }

  /** Once, with twice the weight. */
  private static ControlInput doubled(ControlInput input) {
    return new ControlInput(
        input.networkHash(),
        input.blueFirst(),
        input.unionType(),
        2 * input.scale(),
        input.soft(),
        input.picture(),
        input.cuts());
  }

  @Test
  void refusesWhatDoesNotBelongTogether() {
    assertRefused("context width 16, this model has 40", input(SD15, null, 1, SQUARE));
    assertRefused("must be told which of its 8 types", input(UNION, null, 1, SQUARE));
    assertRefused("has types 0 to 7; it was asked for type 8", input(UNION, 8, 1, SQUARE));
    assertRefused("a plain ControlNet has no types", input(PLAIN, 2, 1, SQUARE));
    assertRefused(
        "was sent 64x64 for 16x16 samples",
        input(PLAIN, null, 1, SQUARE, new PixelCut(0, 0, 1, 64, 64)));
  }

  @Test
  void givesTheSameBits_whereItComesAndGoes_andHandsBackWhatFindsNoRoom() {
    ControlInput control = input(PLAIN, null, 0.8, SQUARE);
    MemoryDemand demand = MemoryDemand.of(FOLDER.architecture(), Precision.FLOAT32, false);
    long plan = MemoryPlan.unbounded(demand).peakBytes(8);
    Tensor expected = predict(model, GuidanceHalf.BOTH, 2, control);
    try (NetworkModel roomy = load(Precision.FLOAT32, MemoryLimit.of(plan + (16L << 20)))) {
      assertThat(predict(roomy, GuidanceHalf.BOTH, 2, control)).isEqualTo(expected);
      DeviceLedger ledger = roomy.ledger().orElseThrow();
      assertThat(ledger.residents()).containsKey("a ControlNet");

      roomy.decode(new Work.DecodeLatent(Tensor.zeros(4, 16, 16), AssetId.NONE, 1), null);

      assertThat(ledger.residents()).doesNotContainKey("a ControlNet");
      assertThat(predict(roomy, GuidanceHalf.BOTH, 2, control)).isEqualTo(expected);
    }
    long little = MemoryPlan.leastBytes(demand);
    int views = MemoryPlan.of(demand, little).mostSamples(); // the UNet's alone fill the device
    try (NetworkModel least = load(Precision.FLOAT32, MemoryLimit.of(little))) {
      assertThatThrownBy(() -> predict(least, GuidanceHalf.TEXT, views, control))
          .isInstanceOfSatisfying(
              DemofusionException.class,
              e -> assertThat(e.code()).isEqualTo(FailureCode.OUT_OF_MEMORY))
          .hasMessageContaining("a ControlNet takes");
      assertThat(predict(least, GuidanceHalf.BOTH, 2, control)).isEqualTo(expected);
    }
  }

  /** They lie there until the forward is done, the sum so far beside what is added to it. */
  @Test
  void countsResidualsAsLongAsTheyAreThere() {
    MemoryDemand demand = MemoryDemand.of(FOLDER.architecture(), Precision.FLOAT32, false);
    MemoryLimit limit = MemoryLimit.of(MemoryPlan.unbounded(demand).peakBytes(8) + (16L << 20));
    ControlInput control = input(PLAIN, null, 0.8, SQUARE);
    long onePass = peakOf(limit, control);
    long twoPasses = peakOf(limit, control, control);

    long width = FOLDER.architecture().unet().down().get(0).channels();
    assertThat(twoPasses - onePass).isGreaterThan(2 * 16 * 16 * width * Float.BYTES);
  }

  private static long peakOf(MemoryLimit limit, ControlInput... controls) {
    try (NetworkModel limited = load(Precision.FLOAT32, limit)) {
      predict(limited, GuidanceHalf.BOTH, 1, controls);
      DeviceLedger ledger = limited.ledger().orElseThrow();
      assertThat(ledger.residents()).doesNotContainKey("a ControlNet's residuals");
      return ledger.peakBytes();
    }
  }

  /**
   * The one that is there goes first, whichever it is: of two networks each forward loads one, and
   * neither file is looked through again.
   */
  @Test
  void givesTheSameBits_whereTwoNetworksTakeTurns() {
    long plain = ControlFile.open(FILES.locate(PLAIN)).size().parameters() * Float.BYTES;
    long union = ControlFile.open(FILES.locate(UNION)).size().parameters() * Float.BYTES;
    long residuals = 1 << 20; // more than both sets
    List<String> loaded = new ArrayList<>();
    List<String> opened = new ArrayList<>();
    DeviceLedger small = new DeviceLedger(Math.max(plain, union) + residuals);
    DeviceRoom tight =
        (what, bytes) -> {
          Runnable leave = small.hold(what, bytes)::close;
          if (what.equals("a ControlNet")) {
            loaded.add(what);
          }
          return leave;
        };

    List<Tensor> expected = residuals(DeviceRoom.UNBOUNDED, FILES, 1).get(0);
    List<List<Tensor>> inTurn =
        residuals(
            tight,
            hash -> {
              opened.add(hash);
              return FILES.locate(hash);
            },
            4);

    assertThat(small.sizeBytes()).isLessThan(plain + union);
    assertThat(inTurn).hasSize(4).allSatisfy(each -> assertThat(each).isEqualTo(expected));
    assertThat(loaded).as("two of the first forward, one of each other").hasSize(2 + 3);
    assertThat(opened).containsExactly(PLAIN, UNION);
  }

  /** What two networks add together, forward after forward. */
  private static List<List<Tensor>> residuals(DeviceRoom room, AdditionFiles files, int forwards) {
    UnetConfig unet = FOLDER.architecture().unet();
    ControlledViews views =
        new ControlledViews(
            noise(1),
            481,
            Tensor.zeros(2, 77, unet.contextWidth()),
            Tensor.zeros(2, unet.pooledWidth()),
            Tensor.zeros(1, UnetConfig.TIME_IDS));
    List<ControlInput> controls =
        List.of(
            withCuts(input(PLAIN, null, 0.5, SQUARE), 1), withCuts(input(UNION, 3, 0.4, BIG), 1));
    JobAssets assets = JobAssets.of(picture(SQUARE), picture(BIG));
    List<List<Tensor>> all = new ArrayList<>();
    try (ControlResiduals networks =
        new ControlResiduals(files, unet, TorchDevice.parse("cpu"), Precision.FLOAT32, 0, room)) {
      for (int n = 0; n < forwards; n++) {
        TorchThread.prepare(1);
        all.add(networks.with(views, controls, assets, DeviceTensors::toHeap));
      }
    }
    return all;
  }

  @Test
  void runsInHalfPrecision() {
    ControlInput control = input(PLAIN, null, 0.8, SQUARE);
    Tensor expected = predict(model, GuidanceHalf.TEXT, 1, control);
    for (Precision precision : List.of(Precision.BFLOAT16, Precision.FLOAT16_FLOAT8)) {
      try (NetworkModel half = load(precision, MemoryLimit.AUTO)) {
        assertThat(relativeError(predict(half, GuidanceHalf.TEXT, 1, control), expected))
            .as(precision.toString())
            .isLessThan(0.1);
      }
    }
  }

  private static void assertRefused(String words, ControlInput control) {
    assertThatThrownBy(() -> predict(model, GuidanceHalf.TEXT, 1, control))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(words);
  }

  private static ControlInput input(
      String hash, @Nullable Integer type, double scale, AssetId picture, PixelCut... cuts) {
    PixelExtent size = picture.equals(BIG) ? new PixelExtent(256, 256) : new PixelExtent(128, 128);
    return new ControlInput(
        hash,
        false,
        type,
        scale,
        false,
        new ControlPicture(picture, null, List.of(new Resizing(Filter.LANCZOS, size))),
        List.of(cuts));
  }

  /** With one cut for each view, where none were given. */
  private static ControlInput withCuts(ControlInput input, int views) {
    return input.cuts().isEmpty()
        ? new ControlInput(
            input.networkHash(),
            input.blueFirst(),
            input.unionType(),
            input.scale(),
            input.soft(),
            input.picture(),
            Collections.nCopies(views, new PixelCut(0, 0, 1, 128, 128)))
        : input;
  }

  private static Tensor predict(
      NetworkModel model, GuidanceHalf half, int views, ControlInput... controls) {
    MicroConditioning place = new MicroConditioning(128, 128, 0, 0, 128, 128);
    List<ControlInput> inputs =
        Arrays.stream(controls).map(control -> withCuts(control, views)).toList();
    Work.PredictNoise work =
        new Work.PredictNoise(
            noise(views),
            481,
            Collections.nCopies(views, place),
            Collections.nCopies(views, TEXT),
            GUIDANCE,
            half,
            1,
            Additions.NONE,
            new ExtraConditioning(inputs, List.of()));
    return model.predictNoise(work, JobAssets.of(text, picture(SQUARE), picture(BIG))).noise();
  }

  private static Asset.PictureFile picture(AssetId id) {
    try {
      return new Asset.PictureFile(
          id, Files.readAllBytes(GoldenData.path("conditioning/pictures/" + id.value() + ".png")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor view(Tensor all, int number, int size) {
    int[] shape = all.shape().clone();
    shape[0] = 1;
    return new Tensor(shape, Arrays.copyOfRange(all.values(), number * size, (number + 1) * size));
  }

  /** Of all views the same, so that they differ by what they are told. */
  private static Tensor noise(int views) {
    Tensor tensor = Tensor.zeros(views, 4, 16, 16);
    Random random = new Random(1);
    int size = tensor.values().length / views;
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = n < size ? (float) random.nextGaussian() : tensor.values()[n - size];
    }
    return tensor;
  }
}
