package demofusion.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.TileRows;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link DiffusionModel} promises, whatever it computes. */
public abstract class DiffusionModelContract {
  /** Made once per class, closed by whoever made it. */
  protected abstract DiffusionModel model();

  /** How far guided halves may be from the guided whole, relative to the largest value. */
  protected double guidanceTolerance() {
    return 1e-5;
  }

  @Test
  public void namesItselfAlwaysTheSame() {
    assertThat(model().card()).isEqualTo(model().card());
    assertThat(model().card().hash()).isNotBlank();
    assertThat(model().lanes(1)).isPositive();
    assertThat(model().lanes(1000)).isPositive();
  }

  @Test
  public void predictsNoiseOfTheTilesShape_allFinite() {
    Tensor noise = predict(views(2, 1), GuidanceHalf.BOTH);

    assertThat(noise.shape()).containsExactly(2, channels(), side(), side());
    assertThat(noise.isFinite()).isTrue();
  }

  @Test
  public void predictsTheSameBits_whateverTheThreadAndTheOrder() throws Exception {
    List<Work.PredictNoise> works = new ArrayList<>();
    List<Tensor> alone = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      works.add(work(views(1, n), GuidanceHalf.BOTH));
      alone.add(model().predictNoise(works.get(n), embeddings()).noise());
    }
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 0, 1, 2, 3));
    Collections.shuffle(order, new Random(5));

    List<Tensor> together = inParallel(order.stream().map(works::get).toList());

    for (int n = 0; n < order.size(); n++) {
      assertThat(together.get(n)).isEqualTo(alone.get(order.get(n)));
    }
  }

  @Test
  public void halvesCombineToTheGuidedPrediction() {
    Tensor tiles = views(1, 2);

    Tensor combined =
        guidance()
            .apply(predict(tiles, GuidanceHalf.TEXT), predict(tiles, GuidanceHalf.UNCONDITIONAL));

    assertClose(combined, predict(tiles, GuidanceHalf.BOTH), guidanceTolerance());
  }

  @ParameterizedTest
  @EnumSource(GuidanceSplit.class)
  public void halvesCombineToTheGuidedPrediction_whenGuidanceIsSplit(GuidanceSplit kind) {
    Tensor tiles = views(2, 2);
    Guidance split = guidance().withSplit(new Guidance.Split(25, kind, side() / 2, side() / 2 - 1));

    Tensor text = predict(tiles, split, GuidanceHalf.TEXT);
    Tensor unconditional = predict(tiles, split, GuidanceHalf.UNCONDITIONAL);
    Tensor both = predict(tiles, split, GuidanceHalf.BOTH);

    assertThat(text).isEqualTo(predict(tiles, GuidanceHalf.TEXT));
    assertClose(split.apply(text, unconditional), both, guidanceTolerance());
    assertThat(both).isNotEqualTo(predict(tiles, GuidanceHalf.BOTH));
  }

  @Test
  public void predictsTheTextHalf_whenGuidanceIsNotActive() {
    Tensor tiles = views(1, 3);
    Work.PredictNoise unguided =
        new Work.PredictNoise(
            tiles,
            501,
            microConditioning(1),
            List.of(TEXT),
            new Guidance(1, 0),
            GuidanceHalf.BOTH,
            1);
    WorkResult.EncodedText text =
        model().encodeText(new Work.EncodeText(Prompts.of("a lighthouse"), false));
    JobAssets positiveOnly = JobAssets.of(text.toConditioning(TEXT));

    Tensor noise = model().predictNoise(unguided, positiveOnly).noise();

    assertClose(noise, predict(tiles, GuidanceHalf.TEXT), guidanceTolerance());
  }

  @Test
  public void dependsOnWordsTimestepAndCrop() {
    Tensor tiles = views(1, 4);
    Tensor noise = predict(tiles, GuidanceHalf.BOTH);

    assertThat(model().predictNoise(work(tiles, GuidanceHalf.BOTH), embeddings("a dog")).noise())
        .isNotEqualTo(noise);
    assertThat(
            model()
                .predictNoise(
                    new Work.PredictNoise(
                        tiles,
                        21,
                        microConditioning(1),
                        List.of(TEXT),
                        guidance(),
                        GuidanceHalf.BOTH,
                        1),
                    embeddings())
                .noise())
        .isNotEqualTo(noise);
    List<MicroConditioning> elsewhere = List.of(microConditioning(1).get(0).croppedAt(512, 256));
    Tensor there =
        model()
            .predictNoise(
                new Work.PredictNoise(
                    tiles, 501, elsewhere, List.of(TEXT), guidance(), GuidanceHalf.BOTH, 1),
                embeddings())
            .noise();
    if (model().card().geometry().inputs().microConditioning()) {
      assertThat(there).isNotEqualTo(noise);
    } else {
      assertThat(there).isEqualTo(noise);
    }
  }

  @Test
  public void drawsEachViewByItsOwnConditioning() {
    AssetId other = new AssetId("region");
    JobAssets assets =
        JobAssets.of(conditioning(TEXT, "a lighthouse"), conditioning(other, "a dog"));
    Work.PredictNoise all = work(views(3, 8), GuidanceHalf.BOTH);
    Work.PredictNoise mixed =
        new Work.PredictNoise(
            all.tiles(),
            all.timestep(),
            all.microConditioning(),
            List.of(TEXT, other, other),
            all.guidance(),
            all.half(),
            all.threads());

    Tensor noise = model().predictNoise(mixed, assets).noise();

    float[] lighthouse =
        model().predictNoise(work(all.firstViews(1).tiles(), all.half()), assets).noise().values();
    float[] dog =
        model()
            .predictNoise(work(all.views(1, 3).tiles(), all.half()), embeddings("a dog"))
            .noise()
            .values();
    assertThat(Arrays.copyOf(noise.values(), lighthouse.length)).isEqualTo(lighthouse);
    assertThat(Arrays.copyOfRange(noise.values(), lighthouse.length, noise.values().length))
        .isEqualTo(dog);
  }

  /** To the bit, so that it does not matter who guides them (conditioning section 3.2). */
  @ParameterizedTest
  @CsvSource({"0, blurry", "0.7, blurry", "0, sharp"})
  public void guidesTextsOfOneTileAsHalvesOfTheirOwn(float rescale, String negativeOfOther) {
    AssetId other = new AssetId("region");
    JobAssets assets =
        JobAssets.of(
            conditioning(TEXT, "a lighthouse"), conditioning(other, "a dog", negativeOfOther));
    Tensor tiles = views(2, 8);
    List<AssetId> texts = List.of(TEXT, other, other, TEXT);
    TileRows rows = new TileRows(List.of(0, 0, 1, 1));
    Guidance rescaled = new Guidance(guidance().scale(), rescale);

    Tensor guided =
        model().predictNoise(work(tiles, rescaled, GuidanceHalf.BOTH, texts, rows), assets).noise();

    Tensor text =
        model().predictNoise(work(tiles, rescaled, GuidanceHalf.TEXT, texts, rows), assets).noise();
    Work.PredictNoise once = work(tiles, rescaled, GuidanceHalf.UNCONDITIONAL);
    Work.PredictNoise each = work(tiles, rescaled, GuidanceHalf.UNCONDITIONAL, texts, rows);
    Tensor unconditional =
        negativeOfOther.equals("blurry")
            ? rows.spread(model().predictNoise(once, assets).noise())
            : model().predictNoise(each, assets).noise();
    assertThat(guided.shape()).containsExactly(4, channels(), side(), side());
    assertThat(guided).isEqualTo(rescaled.apply(text, unconditional));
    assertThat(guided).isNotEqualTo(text);
  }

  @Test
  public void missesTheConditioningThatItWasNotGiven() {
    DemofusionException refusal =
        catchThrowableOfType(
            DemofusionException.class,
            () -> model().predictNoise(work(views(1, 1), GuidanceHalf.BOTH), JobAssets.of()));

    assertThat(refusal.code()).isEqualTo(FailureCode.MISSING_ASSET);
    assertThat(refusal.userMessage()).contains("\"text\"");
  }

  @Test
  public void encodesTextTheSameTwice_andSaysWhatItCutOff() {
    Work.EncodeText brief = new Work.EncodeText(Prompts.of("a lighthouse"), true);
    String words = "lighthouse ".repeat(100).strip();

    WorkResult.EncodedText first = model().encodeText(brief);
    WorkResult.EncodedText second = model().encodeText(brief);

    assertThat(first).isEqualTo(second);
    assertThat(first.cutOff()).isEmpty();
    assertThat(first.negative()).isNotNull();
    assertThat(model().encodeText(new Work.EncodeText(Prompts.of(words), true)).cutOff())
        .isNotEmpty()
        .allSatisfy(cutOff -> assertThat(words).contains(cutOff));
    assertThat(model().encodeText(new Work.EncodeText(Prompts.of("a"), false)).negative()).isNull();
  }

  @Test
  public void decodesEveryLatentSampleToASquareOfPixels_between0And1() {
    Tensor latent = single(views(1, 5));

    Tensor pixels = model().decode(new Work.DecodeLatent(latent, AssetId.NONE, 1), null).pixels();

    int pixelSide = side() * geometry().vaeScaleFactor();
    assertThat(pixels.shape()).containsExactly(3, pixelSide, pixelSide);
    for (float value : pixels.values()) {
      assertThat(value).isBetween(0f, 1f);
    }
    assertThat(model().decode(new Work.DecodeLatent(latent, AssetId.NONE, 1), null).pixels())
        .isEqualTo(pixels);
  }

  @Test
  public void decodesTilesWithWhatItSurveyed() {
    WorkResult.SurveyedLatent surveyed =
        model().survey(new Work.SurveyLatent(views(2, 6), side() / 4, 1));
    AssetId id = new AssetId("survey");
    Asset.DecoderSurvey survey = new Asset.DecoderSurvey(id, surveyed.layers());

    Tensor pixels =
        model().decode(new Work.DecodeLatent(single(views(1, 7)), id, 1), survey).pixels();

    assertThat(surveyed.tensors()).allSatisfy(tensor -> assertThat(tensor.isFinite()).isTrue());
    assertThat(pixels.isFinite()).isTrue();
  }

  @Test
  public void encodesAPictureToALatentOfItsSize() {
    int pixelSide = side() * geometry().vaeScaleFactor();
    Tensor pixels = random(9, 3, pixelSide, pixelSide);

    WorkResult.EncodedPicture encoded = model().encodePicture(new Work.EncodePicture(pixels));

    assertThat(encoded.mean().shape()).containsExactly(channels(), side(), side());
    assertThat(encoded.deviation().shape()).containsExactly(channels(), side(), side());
    assertThat(encoded.deviation().values()).doesNotContain(Float.NaN);
  }

  @Test
  public void encodesWindowsOfAnySize_toTheSameBitsEveryTime() {
    int factor = geometry().vaeScaleFactor();
    Tensor pixels = random(10, 3, side() * factor, (side() / 2 + 1) * factor);

    WorkResult.EncodedPicture first = model().encodePicture(new Work.EncodePicture(pixels, 2));
    WorkResult.EncodedPicture second = model().encodePicture(new Work.EncodePicture(pixels, 2));

    assertThat(first.mean().shape()).containsExactly(channels(), side(), side() / 2 + 1);
    assertThat(first.mean().values()).isEqualTo(second.mean().values());
    assertThat(first.deviation().values()).isEqualTo(second.deviation().values());
  }

  @Test
  public void refusesTilesWithOtherChannels_inOneSentence() {
    Tensor tiles = random(1, 1, channels() + 1, side(), side());

    DemofusionException refusal =
        catchThrowableOfType(
            DemofusionException.class, () -> predict(tiles, GuidanceHalf.UNCONDITIONAL));

    assertThat(refusal.code()).isIn(FailureCode.BAD_REQUEST, FailureCode.DEVICE_ERROR);
    assertThat(refusal.userMessage()).isNotBlank().doesNotContain("\n");
  }

  private static final AssetId TEXT = new AssetId("text");

  protected final Work.PredictNoise work(Tensor tiles, GuidanceHalf half) {
    return work(tiles, guidance(), half);
  }

  private Work.PredictNoise work(Tensor tiles, Guidance guidance, GuidanceHalf half) {
    int views = tiles.shape()[0];
    return new Work.PredictNoise(
        tiles, 501, microConditioning(views), Collections.nCopies(views, TEXT), guidance, half, 1);
  }

  private Work.PredictNoise work(
      Tensor tiles, Guidance guidance, GuidanceHalf half, List<AssetId> texts, TileRows rows) {
    return new Work.PredictNoise(
        tiles,
        501,
        microConditioning(texts.size()),
        texts,
        guidance,
        half,
        1,
        Additions.NONE,
        ExtraConditioning.NONE,
        rows);
  }

  /** That many views of the model's own size, filled from a seed. */
  protected final Tensor views(int count, long seed) {
    return random(seed, count, channels(), side(), side());
  }

  protected final JobAssets embeddings() {
    return embeddings("a lighthouse");
  }

  private JobAssets embeddings(String words) {
    return JobAssets.of(conditioning(TEXT, words));
  }

  private Asset.Conditioning conditioning(AssetId id, String words) {
    return conditioning(id, words, "blurry");
  }

  private Asset.Conditioning conditioning(AssetId id, String words, String negative) {
    Prompts prompts = new Prompts(words, null, negative, null);
    return model().encodeText(new Work.EncodeText(prompts, true)).toConditioning(id);
  }

  private Tensor predict(Tensor tiles, GuidanceHalf half) {
    return predict(tiles, guidance(), half);
  }

  private Tensor predict(Tensor tiles, Guidance guidance, GuidanceHalf half) {
    return model().predictNoise(work(tiles, guidance, half), embeddings()).noise();
  }

  private List<Tensor> inParallel(List<Work.PredictNoise> works)
      throws InterruptedException, ExecutionException {
    JobAssets embeddings = embeddings();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Tensor>> running = new ArrayList<>();
      for (Work.PredictNoise work : works) {
        running.add(threads.submit(() -> model().predictNoise(work, embeddings).noise()));
      }
      List<Tensor> results = new ArrayList<>();
      for (Future<Tensor> one : running) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  private List<MicroConditioning> microConditioning(int views) {
    int pixels = geometry().nativeSide();
    return Collections.nCopies(views, new MicroConditioning(pixels, pixels, 0, 0, pixels, pixels));
  }

  private static Guidance guidance() {
    return new Guidance(7.5f, 0.3f);
  }

  private ModelGeometry geometry() {
    return model().card().geometry();
  }

  private int channels() {
    return geometry().latentChannels();
  }

  private int side() {
    return geometry().sampleSize();
  }

  /** The first view of a batch: (channels, height, width). */
  private static Tensor single(Tensor batch) {
    return new Tensor(
        new int[] {batch.shape()[1], batch.shape()[2], batch.shape()[3]}, batch.values());
  }

  private static Tensor random(long seed, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(seed);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = (float) Math.max(-1, Math.min(1, random.nextGaussian() / 3));
    }
    return tensor;
  }

  private static void assertClose(Tensor actual, Tensor wanted, double relative) {
    float largest = 0;
    for (float value : wanted.values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual.shape()).isEqualTo(wanted.shape());
    assertThat(actual.values())
        .containsExactly(wanted.values(), Offset.offset((float) (relative * largest)));
  }
}
