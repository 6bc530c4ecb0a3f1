package demofusion.coordinator.results;

import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies here of what the store has: fetched when somebody reads them, removed when nobody did
 * for a while. Who asks for a file has it for an hour at least; reading what stays anyway is no
 * use. What is known of use is forgotten with this process; then the copies go earlier, and come
 * again.
 */
final class LocalCopies implements ResultFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCopies.class);

  /** As long as the signed address of a picture is valid. */
  static final Duration SPARED = Duration.ofHours(1);

  /** Until what could not be removed is tried again. */
  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final DataFolder data;
  private final ObjectStore store;
  private final ResultFetcher fetcher;
  private final Executor fetching;
  private final Executor pruning;
  private final InstantSource clock;
  private final ResultsObserver observer;
  private final Map<Path, CompletableFuture<Path>> fetches = new HashMap<>();
  private final Map<JobId, Instant> used = new HashMap<>();
  private final Map<JobId, Instant> notBefore = new HashMap<>();
  private volatile Consumer<JobId> changed = job -> {};

  /**
   * @param fetching threads that may wait for the store
   * @param pruning one thread that may, which also calls {@link #look}
   */
  LocalCopies(
      DataFolder data,
      ObjectStore store,
      Executor fetching,
      Executor pruning,
      InstantSource clock,
      ResultsObserver observer) {
    this.data = data;
    this.store = store;
    this.fetcher = new ResultFetcher(store, observer);
    this.fetching = fetching;
    this.pruning = pruning;
    this.clock = clock;
    this.observer = observer;
  }

  @Override
  public void watchedBy(Consumer<JobId> listener) {
    changed = listener;
  }

  @Override
  public CompletionStage<Path> find(JobId job, Path folder, String name) {
    Path file = folder.resolve(name);
    boolean isUse = LocalCopy.mayGo(folder, name);
    synchronized (this) {
      if (isUse) {
        used.put(job, clock.instant());
      }
      if (Files.exists(file)) {
        return CompletableFuture.completedFuture(file);
      }
    }
    StoredResults marker = StoredResults.read(folder).orElse(null);
    Optional<StoredResults.Entry> entry = marker == null ? Optional.empty() : marker.find(name);
    return marker == null || entry.isEmpty()
        ? CompletableFuture.completedFuture(file)
        : fetched(job, marker, entry.get(), file);
  }

  /** Whoever comes while it is being fetched waits for the same. */
  private synchronized CompletionStage<Path> fetched(
      JobId job, StoredResults marker, StoredResults.Entry entry, Path file) {
    CompletableFuture<Path> known = fetches.get(file);
    if (known != null) {
      return known;
    }
    if (Files.exists(file)) {
      return CompletableFuture.completedFuture(file); // since a moment ago
    }
    CompletableFuture<Path> begun = new CompletableFuture<>();
    fetches.put(file, begun);
    return begun.completeAsync(
        () -> {
          try {
            fetcher.fetch(job, marker, entry, file);
          } finally {
            ended(job, file);
          }
          changed.accept(job);
          return file;
        },
        fetching);
  }

  private synchronized void ended(JobId job, Path file) {
    fetches.remove(file);
    notBefore.remove(job);
    used.put(job, clock.instant());
  }

  @Override
  public CompletionStage<Pruned> pruneCopies(Duration age, boolean dryRun) {
    return CompletableFuture.supplyAsync(() -> prune(age, dryRun, false), pruning);
  }

  /**
   * The same by the operator's rule, again and again: looks only where something may be due.
   *
   * @param age null: there is no rule
   */
  void look(@Nullable Duration age) {
    if (age == null) {
      forgetOthers(Set.copyOf(data.jobsNow()));
    } else {
      prune(age, false, true);
    }
  }

  private Pruned prune(Duration age, boolean dryRun, boolean isRule) {
    List<JobId> jobs = data.jobsNow();
    forgetOthers(Set.copyOf(jobs));
    List<JobId> going = new ArrayList<>();
    long bytes = 0;
    for (JobId job : jobs) {
      if (isRule && !mayBeDue(job)) {
        continue;
      }
      long gone = pruneOne(job, age, dryRun);
      if (gone > 0) {
        going.add(job);
        bytes += gone;
      }
    }
    return new Pruned(going, bytes);
  }

  private synchronized void forgetOthers(Set<JobId> there) {
    used.keySet().retainAll(there);
    notBefore.keySet().retainAll(there);
  }

  private synchronized boolean mayBeDue(JobId job) {
    Instant time = notBefore.get(job);
    return time == null || !clock.instant().isBefore(time);
  }

  private synchronized void lookAgain(JobId job, Instant time) {
    notBefore.put(job, time);
  }

  private long pruneOne(JobId job, Duration age, boolean dryRun) {
    try {
      LocalCopy copy = LocalCopy.of(data, job).orElse(null);
      if (copy == null) {
        return 0; // nothing is stored yet; that is seen the next time
      }
      Instant due = due(copy, used(job), age);
      if (copy.bytes() == 0 || clock.instant().isBefore(due)) {
        lookAgain(job, copy.bytes() == 0 ? clock.instant().plus(SPARED) : due);
        return 0;
      }
      return dryRun ? copy.bytes() : remove(job, copy, age);
    } catch (ObjectStoreException e) {
      kept(job, e.reason());
    } catch (IOException e) {
      kept(job, SafeFile.reason(e));
    } catch (DemofusionException e) {
      kept(job, e.userMessage());
    }
    return 0;
  }

  private synchronized @Nullable Instant used(JobId job) {
    return used.get(job);
  }

  private static Instant due(LocalCopy copy, @Nullable Instant used, Duration age) {
    Instant due = copy.storedAt().plus(age);
    Duration spared = age.compareTo(SPARED) > 0 ? age : SPARED;
    return later(later(due, used, spared), copy.derivedAt(), spared);
  }

  private static Instant later(Instant due, @Nullable Instant use, Duration spared) {
    return use == null || use.plus(spared).isBefore(due) ? due : use.plus(spared);
  }

  private void kept(JobId job, String reason) {
    if (!Files.exists(data.job(job))) {
      return; // it was removed meanwhile
    }
    lookAgain(job, clock.instant().plus(AGAIN));
    LOG.warn(
        "event=results-copy-kept job={} again-seconds={} reason=\"{}\"",
        job,
        AGAIN.toSeconds(),
        reason);
  }

  /** When the store has said once more that it has them. */
  private long remove(JobId job, LocalCopy copy, Duration age) throws IOException {
    copy.requireUnchanged();
    for (StoredResults.Entry entry : copy.entries()) {
      store.confirm(
          copy.marker().bucket(), copy.marker().key(entry), entry.bytes(), entry.sha256());
    }
    synchronized (this) {
      if (clock.instant().isBefore(due(copy, used.get(job), age))) {
        return 0; // somebody came meanwhile
      }
      for (Path file : copy.files()) {
        Files.deleteIfExists(file);
      }
      notBefore.put(job, clock.instant().plus(SPARED));
    }
    changed.accept(job);
    observer.copiesRemoved(copy.files().size(), copy.bytes());
    LOG.info(
        "event=results-copy-removed job={} files={} bytes={}",
        job,
        copy.files().size(),
        copy.bytes());
    return copy.bytes();
  }
}
