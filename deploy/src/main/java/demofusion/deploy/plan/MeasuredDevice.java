package demofusion.deploy.plan;

import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import java.util.HashMap;
import java.util.Map;

/**
 * The device at hand as a plan sees it: every kind of piece is done a few times with the real
 * model, on as many lanes at once as a worker would use.
 */
public final class MeasuredDevice implements Device {
  /** Long enough that a moment's hesitation of the machine does not decide. */
  private static final double SECONDS_EACH = 2;

  private static final int MOST_FORWARDS = 200;
  private static final AssetId SURVEY = new AssetId("survey");

  private final DiffusionModel model;
  private final int threads;
  private final ForwardBench bench;
  private final Map<Piece, Double> measured = new HashMap<>();

  /**
   * @param model stays its caller's
   * @param threads CPU threads of one forward
   */
  public MeasuredDevice(DiffusionModel model, int threads) {
    this.model = model;
    this.threads = threads;
    this.bench = new ForwardBench(model, threads);
  }

  @Override
  public String name() {
    return "here (" + model.card().device() + ")";
  }

  @Override
  public int lanes() {
    return model.lanes(threads);
  }

  @Override
  public double seconds(Piece piece) {
    Double known = measured.get(piece);
    if (known == null) {
      known = measure(piece);
      measured.put(piece, known);
    }
    return known;
  }

  private double measure(Piece piece) {
    if (piece.kind() == Piece.Kind.UPSCALE || piece.kind() == Piece.Kind.IMAGE) {
      return piece.flop() / measuredRate(); // no upscaler and no image encoder is loaded
    }
    if (piece.effort() != 1) {
      return piece.effort() * seconds(piece.alone()); // no ControlNet is loaded
    }
    Runnable work = work(piece);
    int lanes = lanes();
    ForwardBench.Timing first = bench.time(work, lanes);
    if (piece.kind() == Piece.Kind.TEXT || piece.kind() == Piece.Kind.SOURCE) {
      return first.medianSeconds(); // done once, so not worth more
    }
    double seconds = seconds(first);
    int more = (int) Math.min(MOST_FORWARDS, lanes * SECONDS_EACH / seconds);
    return more <= lanes ? seconds : seconds(bench.time(work, more));
  }

  /** Operations a second, as the networks that were measured reach them. */
  private double measuredRate() {
    double flop = measured.keySet().stream().mapToDouble(Piece::flop).sum();
    return flop / measured.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Of one piece while the others are on their lanes: what matters is how many come out. */
  private static double seconds(ForwardBench.Timing timing) {
    return timing.lanes() / timing.forwardsPerSecond();
  }

  private Runnable work(Piece piece) {
    LatentExtent extent = piece.extent();
    return switch (piece.kind()) {
      case TEXT ->
          () -> model.encodeText(new Work.EncodeText(Prompts.of("a lighthouse"), piece.guided()));
      case SOURCE, ENCODE -> {
        int factor = model.card().geometry().vaeScaleFactor();
        Tensor pixels = ForwardBench.gaussian(3, factor * extent.height(), factor * extent.width());
        yield () -> model.encodePicture(new Work.EncodePicture(pixels));
      }
      case FORWARD ->
          bench.unet(extent, piece.count(), piece.guided() ? GuidanceHalf.BOTH : GuidanceHalf.TEXT);
      case SURVEY -> {
        Work.SurveyLatent survey =
            new Work.SurveyLatent(latents(piece.count(), extent), (int) piece.context(), threads);
        yield () -> model.survey(survey);
      }
      case WHOLE -> decoding(extent, AssetId.NONE);
      case TILE -> decoding(extent, SURVEY);
      case UPSCALE, IMAGE ->
          throw new IllegalStateException("a network that is not loaded is not measured");
    };
  }

  private Runnable decoding(LatentExtent extent, AssetId survey) {
    Tensor latent =
        ForwardBench.gaussian(
            model.card().geometry().latentChannels(), extent.height(), extent.width());
    Work.DecodeLatent work = new Work.DecodeLatent(latent, survey, threads);
    if (survey.equals(AssetId.NONE)) {
      return () -> model.decode(work, null);
    }
    WorkResult.SurveyedLatent seen =
        model.survey(new Work.SurveyLatent(latents(1, extent), 0, threads));
    Asset.DecoderSurvey asset = new Asset.DecoderSurvey(survey, seen.layers());
    return () -> model.decode(work, asset);
  }

  private Tensor latents(int count, LatentExtent extent) {
    int channels = model.card().geometry().latentChannels();
    return ForwardBench.gaussian(count, channels, extent.height(), extent.width());
  }
}
