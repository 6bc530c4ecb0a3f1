package demofusion.worker;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.TileWorkerProtocol.Perform;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * What a worker has taken on: leases in the order in which they came, the ones that run, and what
 * each job's work refers to. Plain data; the worker's actor moves it.
 */
final class WorkInHand {
  private final IntUnaryOperator lanes;
  private final Deque<Perform> waiting = new ArrayDeque<>();
  private final Map<JobId, Map<AssetId, Asset>> assets = new HashMap<>();
  private int running;

  /**
   * @param lanes how many forwards of so many threads run at once
   */
  WorkInHand(IntUnaryOperator lanes) {
    this.lanes = lanes;
  }

  void add(Perform perform) {
    waiting.add(perform);
  }

  /** The next lease that there is a lane for; it counts as running from here on. */
  Optional<Perform> begin() {
    Perform next = waiting.peek();
    if (next == null || running >= lanes.applyAsInt(ModelBench.threads(next.work()))) {
      return Optional.empty();
    }
    running++;
    return Optional.of(waiting.remove());
  }

  void end() {
    running--;
  }

  /** Takes back a lease that has not begun. */
  Optional<Perform> withdraw(LeaseId lease) {
    for (Iterator<Perform> each = waiting.iterator(); each.hasNext(); ) {
      Perform perform = each.next();
      if (perform.lease().equals(lease)) {
        each.remove();
        return Optional.of(perform);
      }
    }
    return Optional.empty();
  }

  void remember(JobId job, Asset asset) {
    assets.computeIfAbsent(job, any -> new HashMap<>()).put(asset.id(), asset);
  }

  void forget(JobId job) {
    assets.remove(job);
  }

  /** A job's assets as they are now. */
  Map<AssetId, Asset> assets(JobId job) {
    return Map.copyOf(assets.getOrDefault(job, Map.of()));
  }

  int running() {
    return running;
  }

  /** Everything that has not begun, for handing back; nothing waits afterwards. */
  Deque<Perform> handBack() {
    Deque<Perform> all = new ArrayDeque<>(waiting);
    waiting.clear();
    return all;
  }
}
