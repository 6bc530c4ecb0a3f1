package demofusion.worker.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a job's work refers to, as far as this worker was given it. */
public record JobAssets(Map<AssetId, Asset> byId) {
  public JobAssets {
    byId = Map.copyOf(byId);
  }

  public static JobAssets of(Asset... assets) {
    return new JobAssets(
        Stream.of(assets).collect(Collectors.toMap(Asset::id, Function.identity())));
  }

  /**
   * @throws DemofusionException MISSING_ASSET, which names those that are not here
   */
  public void require(Collection<AssetId> wanted) {
    List<AssetId> missing = wanted.stream().filter(id -> !byId.containsKey(id)).toList();
    if (!missing.isEmpty()) {
      throw missing(missing);
    }
  }

  /**
   * One of them, as what it has to be.
   *
   * @throws DemofusionException MISSING_ASSET where there is none of that kind
   */
  public <A extends Asset> A get(Class<A> kind, AssetId id) {
    Asset asset = byId.get(id);
    if (!kind.isInstance(asset)) {
      throw missing(List.of(id));
    }
    return kind.cast(asset);
  }

  private static DemofusionException missing(List<AssetId> ids) {
    return new DemofusionException(
        FailureCode.MISSING_ASSET,
        "the worker did not receive the job's "
            + (ids.size() == 1 ? "asset " : "assets ")
            + ids.stream().map(id -> '"' + id.value() + '"').collect(Collectors.joining(", ")));
  }
}
