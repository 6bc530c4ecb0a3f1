package demofusion.coordinator.render;

import demofusion.coordinator.render.ledger.WorkerId;
import demofusion.protocol.JobId;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which assets each job has, and which workers were sent them already. */
final class AssetBook {
  private final Map<JobId, Map<AssetId, Asset>> assets = new HashMap<>();
  private final Map<WorkerId, Map<JobId, Set<AssetId>>> sent = new HashMap<>();

  void provide(JobId job, Asset asset) {
    assets.computeIfAbsent(job, any -> new HashMap<>()).put(asset.id(), asset);
  }

  /** What has to be sent to the worker before this work; it counts as sent from here on. */
  Optional<Asset> toSend(WorkerId worker, JobId job, Work work) {
    AssetId id = needed(work);
    Asset asset = assets.getOrDefault(job, Map.of()).get(id);
    if (asset == null) {
      return Optional.empty();
    }
    boolean isNew =
        sent.computeIfAbsent(worker, any -> new HashMap<>())
            .computeIfAbsent(job, any -> new HashSet<>())
            .add(id);
    return isNew ? Optional.of(asset) : Optional.empty();
  }

  private static AssetId needed(Work work) {
    if (work instanceof Work.PredictNoise predict) {
      return predict.textEmbeddings();
    }
    return work instanceof Work.DecodeLatent decode ? decode.survey() : AssetId.NONE;
  }

  /** A worker says that it does not have what it was sent. */
  void mistrust(WorkerId worker, JobId job) {
    sent.getOrDefault(worker, Map.of()).remove(job);
  }

  /** Something of the job was lost on its way to some worker. */
  void mistrust(JobId job) {
    sent.values().forEach(jobs -> jobs.remove(job));
  }

  void forgetWorker(WorkerId worker) {
    sent.remove(worker);
  }

  /**
   * The job is over.
   *
   * @return the workers that remember something of it
   */
  Set<WorkerId> forgetJob(JobId job) {
    assets.remove(job);
    Set<WorkerId> holders = new HashSet<>();
    sent.forEach(
        (worker, jobs) -> {
          if (jobs.remove(job) != null) {
            holders.add(worker);
          }
        });
    return holders;
  }
}
