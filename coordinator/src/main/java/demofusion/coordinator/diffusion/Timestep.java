package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.condition.StepConditions;
import demofusion.coordinator.diffusion.fusion.NoiseFusion;
import demofusion.coordinator.diffusion.mask.SeenBeside;
import demofusion.coordinator.diffusion.mixture.RegionWeights;
import demofusion.coordinator.diffusion.mixture.ViewGroup;
import demofusion.coordinator.diffusion.mixture.ViewGroups;
import demofusion.coordinator.diffusion.storage.Lazy;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.WindowCopy;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.TileRows;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One timestep, or the second evaluation of one, between scatter and gather: its views in view
 * batches, whose tiles are cut when they are asked for, and whose predictions may come back in any
 * order but are summed in the order of the views. Belongs to {@link Render}, which opens and closes
 * it.
 */
public final class Timestep {
  /**
   * What a timestep is computed from; nothing in it changes until the timestep is closed.
   *
   * @param isSecond whether the solver asks for the second time in this step
   * @param blurred the latent as dilated sampling sees it
   * @param regions null: the picture's own prompt counts everywhere
   * @param isDrawn which views are predicted
   * @param beside what a UNet of nine channels sees beside the latent; null: nothing
   */
  record Inputs(
      RenderPlan plan,
      Phase phase,
      int step,
      boolean isSecond,
      float modelTimestep,
      float[] latent,
      Lazy<float[]> blurred,
      InputScale inputScale,
      @Nullable RegionWeights regions,
      Predicate<View> isDrawn,
      @Nullable SeenBeside beside) {}

  /** Everything of a latent's size. */
  private record Held(Inputs inputs, PhaseBuffers buffers) {}

  /** Tiles that were cut, one for each row; whoever has them leaves them as they are. */
  private record Cut(List<ViewBatch.Row> rows, Tensor tiles) {
    /** Which of the tiles is of the same view, whatever its text; −1: none. */
    int indexOf(ViewBatch.Row row) {
      for (int n = 0; n < rows.size(); n++) {
        if (isOneView(rows.get(n), row)) {
          return n;
        }
      }
      return -1;
    }

    boolean isOf(List<ViewBatch.Row> others) {
      boolean isAlike = rows.size() == others.size();
      for (int n = 0; isAlike && n < rows.size(); n++) {
        isAlike = isOneView(rows.get(n), others.get(n));
      }
      return isAlike;
    }

    private static boolean isOneView(ViewBatch.Row one, ViewBatch.Row other) {
      return one.number() == other.number()
          && (one.view() instanceof View.Local) == (other.view() instanceof View.Local);
    }
  }

  /**
   * The next timestep, of whose latent only the first rows are known yet.
   *
   * @param batches of the timestep, which see nothing else
   */
  public record Ahead(Timestep timestep, List<ViewBatch> batches) {
    public Ahead {
      batches = List.copyOf(batches);
    }
  }

  /** What a view's tile is multiplied with before the model sees it. */
  @FunctionalInterface
  interface InputScale {
    float of(boolean local, int view);
  }

  private final RenderPlan plan;
  private final Phase phase;
  private final int step;
  private final boolean isSecond;
  private final float modelTimestep;
  private volatile @Nullable Held held; // null once the phase is over
  private volatile @Nullable Cut lastHalf; // a unit whose views the next one mostly has again
  private final List<View> local;
  private final List<View> dilated;
  private final @Nullable RegionWeights regions;
  private final ViewGroups groups;
  private final StepConditions conditions;
  private final List<ViewBatch> batches;
  private int nextToSum;
  private Tensor textHalf = Tensor.zeros(0);
  private final List<Tensor> ofGroup = new ArrayList<>(); // of the one that is being summed

  Timestep(Inputs inputs, List<View> local, List<View> dilated, PhaseBuffers buffers) {
    this.plan = inputs.plan;
    this.phase = inputs.phase;
    this.step = inputs.step;
    this.isSecond = inputs.isSecond;
    this.modelTimestep = inputs.modelTimestep;
    this.held = new Held(inputs, buffers);
    this.local = local;
    this.dilated = dilated;
    this.regions = inputs.regions;
    this.groups = new ViewGroups(plan.groupRules(phase), inputs.regions);
    this.conditions = plan.units().conditions(phase, step);
    groups.add(local, inputs.isDrawn);
    groups.add(dilated, inputs.isDrawn);
    this.batches = groups.batches();
  }

  public Phase phase() {
    return phase;
  }

  /** This timestep's number within the schedule, from 0. */
  public int step() {
    return step;
  }

  /** Whether this is the second time that the solver asks in this step. */
  public boolean isSecond() {
    return isSecond;
  }

  /** What its forwards cost, where the UNet alone costs 1. */
  public double effort() {
    return conditions.effort();
  }

  /** What its forwards need on a device beside the model: networks, and a set of LoRAs. */
  public Set<String> networks() {
    Set<String> networks = new HashSet<>(conditions.networks());
    List<LoraUse> loras = plan.units().additions(phase, step).loras();
    if (!loras.isEmpty()) {
      networks.add(loras.toString()); // they are merged as a set
    }
    return networks;
  }

  /** The view batches, in the order in which their results are summed. */
  public List<ViewBatch> batches() {
    return batches;
  }

  /**
   * Cuts a unit's tiles out of the latent. May be called from any thread, and again for a retry:
   * always the same bits, as long as somebody waits for them. (A unit that was answered while it
   * was being cut for a second worker is not sent: then it does not matter what it holds.)
   *
   * @param conditioning of each prompt: 0 is the picture's own, others are its regions'
   */
  public Work.PredictNoise work(ViewBatch batch, IntFunction<AssetId> conditioning) {
    return work(batch, conditioning, UnaryOperator.identity());
  }

  /**
   * The same.
   *
   * @param pictures how workers know pictures, of which the plan knows no more than their phase
   */
  public Work.PredictNoise work(
      ViewBatch batch, IntFunction<AssetId> conditioning, UnaryOperator<AssetId> pictures) {
    Guidance guidance = plan.units().guidance(phase, batch.isLocal());
    // Guided rows with halves of their own have tiles of their own.
    boolean isByTile =
        batch.half() != GuidanceHalf.BOTH || batch.sharesUnconditional() || !plan.isGuided(phase);
    TileRows rows = isByTile ? batch.tileRows() : TileRows.each(batch.rows().size());
    return new Work.PredictNoise(
        tiles(batch, rows),
        modelTimestep,
        batch.views().stream().map(View::conditioning).toList(),
        batch.rows().stream().map(row -> conditioning.apply(Math.max(0, row.prompt()))).toList(),
        guidance,
        batch.half(),
        plan.spec().threads(),
        plan.units().additions(phase, step),
        conditions.of(batch, pictures),
        rows);
  }

  /**
   * Computes what the first dilated unit would wait for, while local ones are with workers already.
   * May be called from any thread, or not at all.
   */
  public void prepare() {
    Held now = held;
    if (now != null && !dilated.isEmpty()) {
      now.inputs.blurred.get();
    }
  }

  /** Where halves are units, a view that the one before had is not cut again. */
  private Tensor tiles(ViewBatch batch, TileRows sharing) {
    boolean isHalf = batch.half() != GuidanceHalf.BOTH;
    List<ViewBatch.Row> rows = sharing.firstViews().stream().map(batch.rows()::get).toList();
    Cut before = isHalf ? lastHalf : null;
    if (before != null && before.isOf(rows)) {
      return before.tiles;
    }
    int channels = plan.geometry().tileChannels();
    LatentExtent extent = rows.get(0).view().extent();
    int size = channels * extent.area();
    Tensor tiles = Tensor.zeros(rows.size(), channels, extent.height(), extent.width());
    Held now = held;
    if (now == null) {
      return tiles;
    }
    for (int n = 0; n < rows.size(); n++) {
      int known = before == null ? -1 : before.indexOf(rows.get(n));
      if (before != null && known >= 0) {
        System.arraycopy(before.tiles.values(), known * size, tiles.values(), n * size, size);
      } else {
        cut(batch, rows.get(n), now.inputs, tiles.values(), n * size);
      }
    }
    if (isHalf) {
      lastHalf = new Cut(rows, tiles);
    }
    return tiles;
  }

  private void cut(ViewBatch batch, ViewBatch.Row row, Inputs inputs, float[] tiles, int at) {
    int channels = plan.geometry().latentChannels();
    View view = row.view();
    float scale = inputs.inputScale.of(batch.isLocal(), row.number());
    if (view instanceof View.Local local) {
      LatentExtent extent = inputs.phase.extent();
      WindowCopy.cut(inputs.latent, extent, channels, local.window(), scale, tiles, at);
    } else if (view instanceof View.Dilated sub) {
      sub.dilation().gather(inputs.blurred.get(), channels, sub.offset(), scale, tiles, at);
    }
    if (inputs.beside != null) {
      inputs.beside.cut(view, tiles, at + channels * view.extent().area());
    }
  }

  /**
   * Takes a unit's prediction. A second answer to the same unit is ignored.
   *
   * @param prediction (rows, channels, height, width), a row for each of the unit's
   */
  public void accept(int batch, Tensor prediction) {
    requireFitting(batch, prediction);
    if (batch < nextToSum) {
      return;
    }
    PhaseBuffers buffers = buffers();
    if (batch > nextToSum) {
      buffers.ahead().put(batch, prediction);
      return;
    }
    for (Tensor next = prediction; next != null; next = buffers.ahead().take(nextToSum)) {
      sum(batches.get(nextToSum), next, buffers.fusion());
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

  /**
   * How many rows of ε̂, from the top, no unit that is still to be summed changes; 0 where units
   * see more than their windows.
   */
  public int rowsKnown() {
    if (!dilated.isEmpty() || regions != null) {
      return 0;
    }
    int known = phase.extent().height();
    for (ViewBatch batch : batches.subList(nextToSum, batches.size())) {
      for (ViewBatch.Row row : batch.rows()) {
        known = Math.min(known, row.view() instanceof View.Local view ? view.window().top() : 0);
      }
    }
    return Math.max(0, known);
  }

  /** The first rows of ε̂, which are known, in an array of its own. */
  float[] knownPrediction(int rows) {
    float[] prediction = new float[plan.geometry().latentChannels() * phase.extent().area()];
    buffers().fusion().copyFirst(rows, prediction);
    return prediction;
  }

  /** The units of which no view sees anything below the first rows. */
  List<ViewBatch> batchesWithin(int rows) {
    return batches.stream()
        .filter(batch -> batch.rows().stream().allMatch(row -> isWithin(row.view(), rows)))
        .toList();
  }

  private static boolean isWithin(View view, int rows) {
    return view instanceof View.Local local
        && local.window().top() + local.window().height() <= rows;
  }

  List<View> local() {
    return local;
  }

  List<View> dilated() {
    return dilated;
  }

  /** ε̂ for the whole latent; only when complete. */
  float[] fusedPrediction() {
    if (!isComplete()) {
      throw new IllegalStateException(
          "timestep " + step() + " has " + (batches.size() - nextToSum) + " units left");
    }
    return buffers().fusion().close();
  }

  /** The phase is over: lets go of everything of a latent's size. */
  void release() {
    held = null;
    lastHalf = null;
  }

  private PhaseBuffers buffers() {
    Held now = held;
    if (now == null) {
      throw new IllegalStateException("timestep " + step + " is over, and its phase with it");
    }
    return now.buffers;
  }

  private void sum(ViewBatch batch, Tensor prediction, NoiseFusion fusion) {
    Guidance guidance = plan.units().guidance(phase, batch.isLocal());
    ViewGroup group = groups.groupOf(batch.index());
    if (group != null && regions != null) {
      ofGroup.add(prediction);
      if (batch.index() == group.last()) {
        group.mix(ofGroup, regions, guidance, fusion::addRows);
        ofGroup.clear();
      }
      return;
    }
    switch (batch.half()) {
      case BOTH -> fusion.add(batch, prediction);
      case TEXT -> textHalf = prediction;
      case UNCONDITIONAL -> fusion.add(batch, guidance.apply(textHalf, prediction));
    }
  }

  /**
   * Refuses what is no prediction of a unit.
   *
   * @throws IllegalArgumentException with its shape and the one that is wanted
   */
  public void requireFitting(int batch, Tensor prediction) {
    List<ViewBatch.Row> rows = batches.get(batch).rows();
    LatentExtent extent = rows.get(0).view().extent();
    int[] wanted = {rows.size(), plan.geometry().latentChannels(), extent.height(), extent.width()};
    if (!Arrays.equals(wanted, prediction.shape())) {
      throw new IllegalArgumentException(
          "unit %s has tiles of shape %s, not %s"
              .formatted(batch, Arrays.toString(wanted), prediction));
    }
  }
}
