package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One timestep between scatter and gather: its views in units of work, whose tiles are cut when
 * they are asked for, and whose predictions may come back in any order but are summed in the order
 * of the views. Belongs to {@link Render}, which opens and closes it.
 */
public final class Timestep {
  /** What a timestep is computed from; nothing in it changes until the timestep is closed. */
  record Inputs(
      RenderPlan plan,
      Phase phase,
      int step,
      float modelTimestep,
      float[] latent,
      float[] blurred,
      InputScale inputScale) {}

  /** What a view's tile is multiplied with before the model sees it. */
  @FunctionalInterface
  interface InputScale {
    float of(boolean local, int view);
  }

  private final Inputs inputs;
  private final List<View> local;
  private final List<View> dilated;
  private final List<ViewBatch> batches;
  private final NoiseFusion fusion;
  private final Map<Integer, Tensor> aheadOfTurn = new HashMap<>();
  private int nextToSum;
  private Tensor textHalf = Tensor.zeros(0);

  Timestep(Inputs inputs, List<View> local, List<View> dilated, NoiseFusion fusion) {
    this.inputs = inputs;
    this.local = local;
    this.dilated = dilated;
    this.fusion = fusion;
    this.batches = new ArrayList<>();
    group(local);
    group(dilated);
  }

  public Phase phase() {
    return inputs.phase;
  }

  /** This timestep's number within the schedule, from 0. */
  public int step() {
    return inputs.step;
  }

  /** The units of work, in the order in which their results are summed. */
  public List<ViewBatch> batches() {
    return List.copyOf(batches);
  }

  /**
   * Cuts a unit's tiles out of the latent. May be called from any thread, and again for a retry:
   * always the same bits.
   */
  public Work.PredictNoise work(ViewBatch batch, AssetId textEmbeddings) {
    int channels = inputs.plan.geometry().latentChannels();
    LatentExtent extent = batch.views().get(0).extent();
    int size = channels * extent.area();
    float[] tiles = new float[batch.views().size() * size];
    List<MicroConditioning> conditioning = new ArrayList<>();
    for (int n = 0; n < batch.views().size(); n++) {
      View view = batch.views().get(n);
      float scale = inputs.inputScale.of(batch.isLocal(), batch.firstView() + n);
      if (view instanceof View.Local window) {
        WindowCopy.cut(
            inputs.latent,
            inputs.phase.extent(),
            channels,
            window.window(),
            scale,
            tiles,
            n * size);
      } else if (view instanceof View.Dilated sub) {
        sub.dilation().gather(inputs.blurred, channels, sub.offset(), scale, tiles, n * size);
      }
      conditioning.add(view.conditioning());
    }
    Tensor tensor =
        new Tensor(
            new int[] {batch.views().size(), channels, extent.height(), extent.width()}, tiles);
    return new Work.PredictNoise(
        tensor,
        inputs.modelTimestep,
        conditioning,
        textEmbeddings,
        inputs.plan.spec().guidance(),
        batch.half(),
        inputs.plan.spec().threads());
  }

  /**
   * Takes a unit's prediction. A second answer to the same unit is ignored.
   *
   * @param prediction the shape of the unit's tiles
   */
  public void accept(int batch, Tensor prediction) {
    requireShape(batches.get(batch), prediction);
    if (batch < nextToSum) {
      return;
    }
    aheadOfTurn.putIfAbsent(batch, prediction);
    for (Tensor next = aheadOfTurn.remove(nextToSum);
        next != null;
        next = aheadOfTurn.remove(nextToSum)) {
      sum(batches.get(nextToSum), next);
      nextToSum++;
    }
  }

  /** How many units have been summed. */
  public int summed() {
    return nextToSum;
  }

  public boolean isComplete() {
    return nextToSum == batches.size();
  }

  int localViews() {
    return local.size();
  }

  LatentExtent localExtent() {
    return local.get(0).extent();
  }

  int dilatedViews() {
    return dilated.size();
  }

  LatentExtent dilatedExtent() {
    return dilated.get(0).extent();
  }

  /** ε̂ for the whole latent; only when complete. */
  float[] fusedPrediction() {
    if (!isComplete()) {
      throw new IllegalStateException(
          "timestep " + step() + " has " + (batches.size() - nextToSum) + " units left");
    }
    return fusion.close();
  }

  private void sum(ViewBatch batch, Tensor prediction) {
    Guidance guidance = inputs.plan.spec().guidance();
    switch (batch.half()) {
      case BOTH -> fusion.add(batch, prediction);
      case TEXT -> textHalf = prediction;
      case UNCONDITIONAL -> fusion.add(batch, guidance.apply(textHalf, prediction));
    }
  }

  /**
   * Puts views into units; halves follow each other, so that one of them at a time waits to be
   * guided.
   */
  private void group(List<View> views) {
    int size = inputs.plan.unit().views();
    for (int from = 0; from < views.size(); from += size) {
      List<View> unit = views.subList(from, Math.min(views.size(), from + size));
      List<GuidanceHalf> halves =
          inputs.plan.hasHalves()
              ? List.of(GuidanceHalf.TEXT, GuidanceHalf.UNCONDITIONAL)
              : List.of(GuidanceHalf.BOTH);
      for (GuidanceHalf half : halves) {
        batches.add(new ViewBatch(batches.size(), from, unit, half));
      }
    }
  }

  private void requireShape(ViewBatch batch, Tensor prediction) {
    LatentExtent extent = batch.views().get(0).extent();
    int[] wanted = {
      batch.views().size(), inputs.plan.geometry().latentChannels(), extent.height(), extent.width()
    };
    if (!Arrays.equals(wanted, prediction.shape())) {
      throw new IllegalArgumentException(
          "unit "
              + batch.index()
              + " has tiles of shape "
              + Arrays.toString(wanted)
              + ", not "
              + prediction);
    }
  }
}
