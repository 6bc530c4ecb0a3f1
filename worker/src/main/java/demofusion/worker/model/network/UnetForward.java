package demofusion.worker.model.network;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.network.ForwardExtras.Inputs;
import demofusion.worker.model.network.NoiseNetwork.Added;
import demofusion.worker.model.network.TextProjections.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One forward of the UNet, or one for each half of guidance, of views under one conditioning. */
final class UnetForward {
  private final Work.PredictNoise work;
  private final Asset.Conditioning conditioning;
  private final JobAssets assets;
  private final NoiseNetwork unet;
  private final ForwardExtras extras;
  private final Tensor timeIds;

  UnetForward(
      Work.PredictNoise work,
      Asset.Conditioning conditioning,
      JobAssets assets,
      NoiseNetwork unet,
      ForwardExtras extras) {
    this.work = work;
    this.conditioning = conditioning;
    this.assets = assets;
    this.unet = unet;
    this.extras = extras;
    this.timeIds = timeIds(work.microConditioning());
  }

  /**
   * @return (views, channels, height, width): guided, or of the half that was asked for
   */
  Tensor run() {
    boolean both = work.half() == GuidanceHalf.BOTH && work.guidance().isActive();
    if (!both || unet.isToldGuidance()) {
      boolean isNegative = work.half() == GuidanceHalf.UNCONDITIONAL && !unet.isToldGuidance();
      return isNegative
          ? half(negative(), GuidanceHalf.UNCONDITIONAL)
          : half(conditioning.positive(), GuidanceHalf.TEXT);
    }
    NamedTensors positive = conditioning.positive();
    NamedTensors negative = negative();
    if (!isAsLong(negative, positive)) {
      return work.guidance()
          .apply(half(positive, GuidanceHalf.TEXT), half(negative, GuidanceHalf.UNCONDITIONAL));
    }
    Tensor context = stack(negative.get(PromptEncoder.STATES), positive.get(PromptEncoder.STATES));
    Added added =
        unet.isToldMore()
            ? new Added(
                stack(negative.get(PromptEncoder.POOLED), positive.get(PromptEncoder.POOLED)),
                timeIds)
            : null;
    return with(
        context,
        added,
        GuidanceHalf.BOTH,
        extra ->
            unet.predictGuided(
                work.tiles(), work.timestep(), context, added, work.guidance(), extra));
  }

  /** Each half attends to its own context at its own length, so only equals are one batch. */
  private static boolean isAsLong(NamedTensors negative, NamedTensors positive) {
    return negative.get(PromptEncoder.STATES).shape()[0]
        == positive.get(PromptEncoder.STATES).shape()[0];
  }

  private Tensor half(NamedTensors text, GuidanceHalf half) {
    Tensor context = NetworkModel.withBatch(text.get(PromptEncoder.STATES));
    Added added =
        unet.isToldMore()
            ? new Added(NetworkModel.withBatch(text.get(PromptEncoder.POOLED)), timeIds)
            : null;
    return with(
        context,
        added,
        half,
        extra ->
            unet.predictHalf(
                work.tiles(), work.timestep(), context, work.guidance().scale(), added, extra));
  }

  private Tensor with(
      Tensor context, @Nullable Added added, GuidanceHalf half, ForwardExtras.Forward forward) {
    Text text = new Text(unet, conditioning, half, work.threads(), context);
    return extras.with(new Inputs(work, assets, text, added), forward);
  }

  private NamedTensors negative() {
    NamedTensors negative = conditioning.negative();
    if (negative == null) {
      throw new DemofusionException(
          FailureCode.MISSING_ASSET, "the negative prompt's embeddings were not sent");
    }
    return negative;
  }

  /** One row per view. */
  private static Tensor timeIds(List<MicroConditioning> views) {
    float[] values = new float[views.size() * UnetConfig.TIME_IDS];
    for (int n = 0; n < views.size(); n++) {
      System.arraycopy(
          views.get(n).toTimeIds(), 0, values, n * UnetConfig.TIME_IDS, UnetConfig.TIME_IDS);
    }
    return new Tensor(new int[] {views.size(), UnetConfig.TIME_IDS}, values);
  }

  /** Two tensors of one shape as a batch. */
  private static Tensor stack(Tensor first, Tensor second) {
    int[] shape = NetworkModel.withBatch(first).shape();
    shape[0] = 2;
    int size = first.values().length;
    float[] values = new float[2 * size];
    System.arraycopy(first.values(), 0, values, 0, size);
    System.arraycopy(second.values(), 0, values, size, size);
    return new Tensor(shape, values);
  }
}
