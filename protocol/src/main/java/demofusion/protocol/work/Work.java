package demofusion.protocol.work;

import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.FileHashes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One thing that a worker can be asked to do with its model. */
public sealed interface Work {
  /** Which of the model's networks does it. */
  NetworkKind network();

  /** What the worker must have been sent before, in an order that is always the same. */
  Set<AssetId> assets();

  /** Everything in it that is measured in megabytes. */
  List<Tensor> tensors();

  /** Every text in it, ids too. */
  List<String> texts();

  /** CPU threads of a forward, which decide how many run at once. */
  int threads();

  /** The views of the UNet in it; 0 in work that has none. */
  int views();

  /**
   * The same with its first views only.
   *
   * @param count at most {@link #views}
   */
  Work firstViews(int count);

  /** What it counts as where tiles are counted: half of a guided view is half a tile. */
  double tileCount();

  <R> R accept(Visitor<R> visitor);

  /** One method for each kind, so that a new one does not compile until everyone knows it. */
  interface Visitor<R> {
    R encodeText(EncodeText work);

    R encodePicture(EncodePicture work);

    R encodeImage(EncodeImage work);

    R predictNoise(PredictNoise work);

    R surveyLatent(SurveyLatent work);

    R decodeLatent(DecodeLatent work);

    R upscalePicture(UpscalePicture work);
  }

  private static void requireResolved(Additions additions) {
    if (!additions.isResolved()) {
      throw new IllegalArgumentException(additions + " were not looked up");
    }
  }

  /** What is not made of views: one forward, which is not divided. */
  sealed interface Undivided extends Work {
    @Override
    default int views() {
      return 0;
    }

    @Override
    default Work firstViews(int count) {
      return this;
    }

    @Override
    default double tileCount() {
      return 1;
    }
  }

  /** What becomes numbers: texts, and pictures. */
  sealed interface Encoding extends Undivided {
    @Override
    default NetworkKind network() {
      return NetworkKind.ENCODER;
    }

    @Override
    default Set<AssetId> assets() {
      return Set.of();
    }
  }

  /**
   * The prompt and (where guidance is active) the negative prompt. Answered by {@link
   * WorkResult.EncodedText}.
   *
   * @param prompts of a step: what changes with the steps is resolved
   * @param clipSkip null: the model's own
   * @param additions that the text towers read the prompts with
   */
  record EncodeText(
      Prompts prompts,
      boolean withNegative,
      PromptSyntax syntax,
      @Nullable Integer clipSkip,
      Additions additions)
      implements Encoding {
    public EncodeText {
      requireResolved(additions);
    }

    /** Plain words, by the model as it is. */
    public EncodeText(Prompts prompts, boolean withNegative) {
      this(prompts, withNegative, null, Additions.NONE);
    }

    /** Plain words. */
    public EncodeText(
        Prompts prompts, boolean withNegative, @Nullable Integer clipSkip, Additions additions) {
      this(prompts, withNegative, PromptSyntax.PLAIN, clipSkip, additions);
    }

    /** Texts are encoded once per job; their bits depend on no setting. */
    @Override
    public int threads() {
      return 1;
    }

    @Override
    public List<Tensor> tensors() {
      return List.of();
    }

    @Override
    public List<String> texts() {
      Stream<String> words =
          Stream.of(prompts.prompt(), prompts.prompt2(), prompts.negative(), prompts.negative2())
              .filter(Objects::nonNull);
      return Stream.concat(words, additions.texts().stream()).toList();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.encodeText(this);
    }
  }

  /**
   * The VAE's encoder on a picture, or on a window of one as if it were a whole picture. Answered
   * by {@link WorkResult.EncodedPicture}.
   *
   * @param input of sides that are multiples of the VAE's factor
   * @param threads CPU threads of the forward
   */
  record EncodePicture(EncoderInput input, int threads) implements Encoding {
    public EncodePicture(Tensor pixels, int threads) {
      this(new EncoderInput.Pixels(pixels), threads);
    }

    /** A picture to start from: it is encoded once per job, and its bits depend on no setting. */
    public EncodePicture(Tensor pixels) {
      this(pixels, 1);
    }

    /** (3, height, width) about [−1, 1]; made anew each time, unless they were {@link #made}. */
    public Tensor pixels() {
      return input.pixels();
    }

    /** The same with its pixels. */
    public EncodePicture made() {
      return new EncodePicture(pixels(), threads);
    }

    @Override
    public List<Tensor> tensors() {
      return input.tensors();
    }

    @Override
    public List<String> texts() {
      return List.of();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.encodePicture(this);
    }
  }

  /**
   * An IP-Adapter's image encoder and projection on its pictures. Answered by {@link
   * WorkResult.EncodedImage}.
   *
   * @param adapterHash SHA-256 of the adapter's file, hexadecimal
   * @param encoderHash SHA-256 of the encoder's weights, hexadecimal
   * @param pixels (pictures, 3, side, side), normalised as the encoder wants them
   */
  record EncodeImage(String adapterHash, String encoderHash, ImageEncoderShape shape, Tensor pixels)
      implements Encoding {
    public EncodeImage {
      FileHashes.requireHash("an IP-Adapter", adapterHash);
      FileHashes.requireHash("an image encoder", encoderHash);
      shape.requirePictures(pixels, AdapterUse.MOST_PICTURES);
    }

    /** Once per job; its bits depend on no setting. */
    @Override
    public int threads() {
      return 1;
    }

    @Override
    public List<Tensor> tensors() {
      return List.of(pixels);
    }

    @Override
    public List<String> texts() {
      return List.of(adapterHash, encoderHash);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.encodeImage(this);
    }
  }

  /**
   * One forward pass of the UNet: a view batch of the plan. Answered by {@link
   * WorkResult.NoisePrediction}, which has a row for each view. Guided views that share a tile
   * share the unconditional half too, where their negative texts are the same.
   *
   * @param tiles (tiles, channels, height, width), already scaled to what the model expects at this
   *     timestep
   * @param microConditioning where each view lies in the picture, for models that look at it
   * @param conditioning for each view, its {@link Asset.Conditioning}
   * @param threads CPU threads of the forward
   * @param additions that are put into the UNet
   * @param extra what it is told beside the text
   * @param rows which tile each view sees
   */
  record PredictNoise(
      Tensor tiles,
      float timestep,
      List<MicroConditioning> microConditioning,
      List<AssetId> conditioning,
      Guidance guidance,
      GuidanceHalf half,
      int threads,
      Additions additions,
      ExtraConditioning extra,
      TileRows rows)
      implements Work {
    public PredictNoise {
      requireResolved(additions);
      microConditioning = List.copyOf(microConditioning);
      conditioning = List.copyOf(conditioning);
      rows.requireFitting(tiles, microConditioning.size(), conditioning.size());
      extra.requireViews(conditioning.size());
    }

    /** Each view with a tile of its own. */
    public PredictNoise(
        Tensor tiles,
        float timestep,
        List<MicroConditioning> microConditioning,
        List<AssetId> conditioning,
        Guidance guidance,
        GuidanceHalf half,
        int threads,
        Additions additions,
        ExtraConditioning extra) {
      this(
          tiles,
          timestep,
          microConditioning,
          conditioning,
          guidance,
          half,
          threads,
          additions,
          extra,
          TileRows.each(microConditioning.size()));
    }

    /** By the model as it is, and by the text alone. */
    public PredictNoise(
        Tensor tiles,
        float timestep,
        List<MicroConditioning> microConditioning,
        List<AssetId> conditioning,
        Guidance guidance,
        GuidanceHalf half,
        int threads) {
      this(
          tiles,
          timestep,
          microConditioning,
          conditioning,
          guidance,
          half,
          threads,
          Additions.NONE,
          ExtraConditioning.NONE);
    }

    @Override
    public NetworkKind network() {
      return NetworkKind.UNET;
    }

    @Override
    public Set<AssetId> assets() {
      Set<AssetId> assets = new LinkedHashSet<>(conditioning);
      assets.addAll(extra.assets());
      return assets;
    }

    @Override
    public List<Tensor> tensors() {
      return List.of(tiles);
    }

    @Override
    public List<String> texts() {
      Stream<String> ids = conditioning.stream().map(AssetId::value);
      Stream<String> more = Stream.concat(additions.texts().stream(), extra.texts().stream());
      return Stream.concat(ids, more).toList();
    }

    @Override
    public int views() {
      return conditioning.size();
    }

    @Override
    public PredictNoise firstViews(int count) {
      return views(0, count);
    }

    /** Those views alone, from the first to the one before the last. */
    public PredictNoise views(int from, int to) {
      return TileRows.views(this, from, to);
    }

    @Override
    public double tileCount() {
      int others = half != GuidanceHalf.BOTH ? 0 : guidance.isActive() ? rows.count() : views();
      return 0.5 * (views() + others);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.predictNoise(this);
    }
  }

  /**
   * Looks at samples of a latent that is too large to decode whole, so that its tiles can share the
   * statistics of the whole picture. Answered by {@link WorkResult.SurveyedLatent}.
   *
   * @param crops (crops, channels, height, width) of the latent, not yet divided by the scaling
   *     factor: the whole latent as one crop with no margin, or where that is too much for a
   *     device, crops cut at regular places
   * @param margin latent samples at each crop's border that are context only and not counted
   */
  record SurveyLatent(Tensor crops, int margin, int threads) implements Undivided {
    @Override
    public NetworkKind network() {
      return NetworkKind.VAE;
    }

    @Override
    public Set<AssetId> assets() {
      return Set.of();
    }

    @Override
    public List<Tensor> tensors() {
      return List.of(crops);
    }

    @Override
    public List<String> texts() {
      return List.of();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.surveyLatent(this);
    }
  }

  /**
   * The VAE's decoder on a whole latent or on one tile of it. Answered by {@link
   * WorkResult.DecodedPixels}.
   *
   * @param latent (channels, height, width), not yet divided by the scaling factor
   * @param survey the job's {@link Asset.DecoderSurvey}, or {@link AssetId#NONE} for a latent that
   *     is decoded whole
   */
  record DecodeLatent(Tensor latent, AssetId survey, int threads) implements Undivided {
    @Override
    public NetworkKind network() {
      return NetworkKind.VAE;
    }

    @Override
    public Set<AssetId> assets() {
      return survey.equals(AssetId.NONE) ? Set.of() : Set.of(survey);
    }

    @Override
    public List<Tensor> tensors() {
      return List.of(latent);
    }

    @Override
    public List<String> texts() {
      return List.of(survey.value());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.decodeLatent(this);
    }
  }

  /**
   * A super-resolution network on one tile of a picture (modes section 7). Answered by {@link
   * WorkResult.UpscaledPixels}.
   *
   * @param pixels (3, height, width) in [0, 1]
   * @param upscalerHash SHA-256 of the network's file, hexadecimal
   * @param threads CPU threads of the forward
   */
  record UpscalePicture(Tensor pixels, String upscalerHash, int threads) implements Undivided {
    /** A side of a tile, in pixels, at most: it bounds what a worker has to hold. */
    public static final int MOST_SIDE = 512;

    private static final int HASH_DIGITS = 64;

    public UpscalePicture {
      int[] shape = pixels.shape();
      if (shape.length != 3 || shape[0] != 3 || !isSide(shape[1]) || !isSide(shape[2])) {
        throw new IllegalArgumentException(
            "a tile to upscale must have 3 channels and sides from 1 to %s, not %s"
                .formatted(MOST_SIDE, pixels));
      }
      FileHashes.requireHash("the upscaler", upscalerHash);
      if (upscalerHash.length() != HASH_DIGITS) {
        throw new IllegalArgumentException("the upscaler was not looked up");
      }
    }

    private static boolean isSide(int side) {
      return side >= 1 && side <= MOST_SIDE;
    }

    @Override
    public NetworkKind network() {
      return NetworkKind.UPSCALER;
    }

    @Override
    public Set<AssetId> assets() {
      return Set.of();
    }

    @Override
    public List<Tensor> tensors() {
      return List.of(pixels);
    }

    @Override
    public List<String> texts() {
      return List.of(upscalerHash);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.upscalePicture(this);
    }
  }
}
