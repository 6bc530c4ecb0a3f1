package demofusion.worker;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.worker.model.JobAssets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a worker has taken on: leases in the order in which they came, the ones that run, the last
 * ones that were answered, and what each job's work refers to. Plain data; the worker's actor moves
 * it.
 */
final class WorkInFlight {
  /** As far back as the network may repeat itself. */
  private static final int ANSWERS_REMEMBERED = 256;

  /**
   * Jobs whose assets are kept, beside those that have leases waiting. A dispatcher says when a job
   * is over, but the word may get lost; of a job that was forgotten too early, it sends the assets
   * again.
   */
  private static final int JOBS_REMEMBERED = 64;

  /** A lease, and when it came. */
  record Item(Perform perform, long arrivedNanos) {}

  /** A lease of one dispatcher: another one may give the same number. */
  private record Key(LeaseId lease, ActorRef<DispatcherProtocol.Command> dispatcher) {
    static Key of(Perform perform) {
      return new Key(perform.lease(), perform.replyTo());
    }
  }

  private final IntUnaryOperator lanes;
  private final Deque<Item> waiting = new ArrayDeque<>();
  private final Set<Key> running = new HashSet<>();
  private final Set<Key> answered = new LinkedHashSet<>(); // the oldest first
  private final Map<JobId, PictureParts> parts = new HashMap<>();
  private final Map<JobId, Map<AssetId, Asset>> assets =
      new LinkedHashMap<>(16, 0.75f, true); // the longest unused first

  /**
   * @param lanes how many forwards of so many threads run at once
   */
  WorkInFlight(IntUnaryOperator lanes) {
    this.lanes = lanes;
  }

  /**
   * Takes a lease on, unless it is or was in hand already: what the network says twice is done
   * once.
   *
   * @param nowNanos when it came
   */
  void add(Perform perform, long nowNanos) {
    Key key = Key.of(perform);
    boolean isKnown =
        running.contains(key)
            || answered.contains(key)
            || waiting.stream().anyMatch(item -> Key.of(item.perform()).equals(key));
    if (!isKnown) {
      waiting.add(new Item(perform, nowNanos));
    }
  }

  /** The next lease that there is a lane for; it counts as running from here on. */
  Optional<Item> begin() {
    Item next = waiting.peek();
    if (next == null || running.size() >= lanes.applyAsInt(next.perform().work().threads())) {
      return Optional.empty();
    }
    running.add(Key.of(next.perform()));
    return Optional.of(waiting.remove());
  }

  /** It has run. */
  void end(Perform perform) {
    running.remove(Key.of(perform));
    rememberAnswered(perform);
  }

  /** Takes back a lease that has not begun. */
  Optional<Perform> withdraw(LeaseId lease) {
    for (Iterator<Item> each = waiting.iterator(); each.hasNext(); ) {
      Perform perform = each.next().perform();
      if (perform.lease().equals(lease)) {
        each.remove();
        rememberAnswered(perform);
        return Optional.of(perform);
      }
    }
    return Optional.empty();
  }

  boolean isRunning(LeaseId lease) {
    return running.stream().anyMatch(key -> key.lease().equals(lease));
  }

  private void rememberAnswered(Perform perform) {
    answered.add(Key.of(perform));
    if (answered.size() > ANSWERS_REMEMBERED) {
      answered.remove(answered.iterator().next());
    }
  }

  void remember(JobId job, Asset asset) {
    Map<AssetId, Asset> ofJob = assets.computeIfAbsent(job, any -> new HashMap<>());
    parts
        .computeIfAbsent(job, any -> new PictureParts())
        .add(asset)
        .ifPresent(whole -> ofJob.put(whole.id(), whole));
    if (assets.size() > JOBS_REMEMBERED) {
      assets.keySet().stream()
          .filter(other -> !other.equals(job) && !isWaiting(other))
          .findFirst()
          .ifPresent(this::letGo);
    }
  }

  /** None of a job's work refers to it any more. */
  void letGo(JobId job, AssetId asset) {
    assets.getOrDefault(job, new HashMap<>()).remove(asset);
    PictureParts beginning = parts.get(job);
    if (beginning != null) {
      beginning.letGo(asset);
    }
  }

  private void letGo(JobId job) {
    assets.remove(job);
    parts.remove(job);
  }

  private boolean isWaiting(JobId job) {
    return waiting.stream().anyMatch(item -> item.perform().lease().job().equals(job));
  }

  /**
   * The job is over.
   *
   * @return its leases that have not begun, for handing back: they could not run without its assets
   */
  List<Perform> forget(JobId job) {
    letGo(job);
    List<Perform> left =
        waiting.stream().map(Item::perform).filter(one -> one.lease().job().equals(job)).toList();
    left.forEach(perform -> withdraw(perform.lease()));
    return left;
  }

  /** A job's assets as they are now. */
  JobAssets assets(JobId job) {
    return new JobAssets(assets.getOrDefault(job, Map.of()));
  }

  int running() {
    return running.size();
  }

  int waiting() {
    return waiting.size();
  }

  boolean isEmpty() {
    return running() + waiting() == 0;
  }

  /**
   * Forgets what has not begun, and that it ever came.
   *
   * @return how many leases that are
   */
  int dropWaiting() {
    int dropped = waiting.size();
    waiting.clear();
    return dropped;
  }

  /** Everything that has not begun, for handing back; nothing waits afterwards. */
  List<Perform> handBack() {
    List<Perform> all = waiting.stream().map(Item::perform).toList();
    waiting.clear();
    return all;
  }
}
