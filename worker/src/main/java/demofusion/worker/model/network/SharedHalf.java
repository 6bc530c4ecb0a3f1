package demofusion.worker.model.network;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.TileRows;
import demofusion.protocol.work.Work;
import demofusion.worker.model.JobAssets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Guided views of which several are one tile under several texts (conditioning section 3.2): a text
 * half for each, and for each tile one unconditional half, if their negative texts are the same.
 * They are guided as the coordinator guides halves that are units of their own, to the same bits.
 */
final class SharedHalf {
  private final Work.PredictNoise work;
  private final JobAssets assets;

  SharedHalf(Work.PredictNoise work, JobAssets assets) {
    this.work = work;
    this.assets = assets;
  }

  /**
   * @param halves predicts either half of views
   * @return (views, channels, height, width)
   */
  Tensor run(Function<Work.PredictNoise, Tensor> halves) {
    Tensor texts = halves.apply(half(GuidanceHalf.TEXT));
    Tensor others =
        hasOneNegative()
            ? work.rows().spread(halves.apply(oncePerTile()))
            : halves.apply(half(GuidanceHalf.UNCONDITIONAL));
    Guidance guidance = work.guidance();
    return guidance.apply(texts, others);
  }

  /** To the bit, which is all that a forward can tell apart. */
  private boolean hasOneNegative() {
    List<AssetId> texts = work.conditioning().stream().distinct().toList();
    NamedTensors first = negative(texts.get(0));
    return texts.stream().allMatch(text -> Objects.equals(negative(text), first));
  }

  private @Nullable NamedTensors negative(AssetId text) {
    return assets.get(Asset.Conditioning.class, text).negative();
  }

  private Work.PredictNoise half(GuidanceHalf half) {
    return new Work.PredictNoise(
        work.tiles(),
        work.timestep(),
        work.microConditioning(),
        work.conditioning(),
        work.guidance(),
        half,
        work.threads(),
        work.additions(),
        work.extra(),
        work.rows());
  }

  /** The unconditional half of every tile, under one text's name: a single forward. */
  private Work.PredictNoise oncePerTile() {
    List<Integer> views = work.rows().firstViews();
    return new Work.PredictNoise(
        work.tiles(),
        work.timestep(),
        views.stream().map(work.microConditioning()::get).toList(),
        Collections.nCopies(views.size(), work.conditioning().get(0)),
        work.guidance(),
        GuidanceHalf.UNCONDITIONAL,
        work.threads(),
        work.additions(),
        work.extra().views(views),
        TileRows.each(views.size()));
  }
}
