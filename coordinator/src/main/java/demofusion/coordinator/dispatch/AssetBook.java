package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.JobId;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which assets each job has, and which workers were sent them already. */
final class AssetBook {
  private final Map<JobId, Map<AssetId, Asset>> assets = new HashMap<>();
  private final Map<WorkerId, Map<JobId, Set<AssetId>>> sent = new HashMap<>();

  void provide(JobId job, Asset asset) {
    assets.computeIfAbsent(job, any -> new HashMap<>()).put(asset.id(), asset);
  }

  /** What has to be sent to the worker before this work. */
  List<Asset> missing(WorkerId worker, JobId job, Work work) {
    Map<AssetId, Asset> provided = assets.getOrDefault(job, Map.of());
    Set<AssetId> there = sent.getOrDefault(worker, Map.of()).getOrDefault(job, Set.of());
    return work.assets().stream()
        .filter(id -> provided.containsKey(id) && !there.contains(id))
        .map(provided::get)
        .toList();
  }

  /** The worker has been sent this, and is told when the job is over. */
  void sent(WorkerId worker, JobId job, Asset asset) {
    sent.computeIfAbsent(worker, any -> new HashMap<>())
        .computeIfAbsent(job, any -> new HashSet<>())
        .add(asset.id());
  }

  /** A worker says that it does not have what it was sent; some of it, it may have. */
  void mistrust(WorkerId worker, JobId job) {
    sent.getOrDefault(worker, Map.of()).getOrDefault(job, new HashSet<>()).clear();
  }

  /** Something of the job was lost on its way to some worker. */
  void mistrust(JobId job) {
    sent.keySet().forEach(worker -> mistrust(worker, job));
  }

  /**
   * Nothing of the job refers to it any more.
   *
   * @return the workers that may remember it, and whatever else of the job
   */
  Set<WorkerId> letGo(JobId job, AssetId asset) {
    assets.getOrDefault(job, new HashMap<>()).remove(asset);
    Set<WorkerId> holders = new HashSet<>();
    sent.forEach(
        (worker, jobs) -> {
          Set<AssetId> there = jobs.get(job);
          if (there != null) {
            there.remove(asset);
            holders.add(worker); // mistrusted, it may have what it does not seem to have
          }
        });
    return holders;
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
