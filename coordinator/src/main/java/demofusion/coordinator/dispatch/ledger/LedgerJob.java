package demofusion.coordinator.dispatch.ledger;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One job, as the {@link LeaseLedger} knows it: its unanswered batches, in the order of their
 * numbers, and those of them that wait for a worker.
 */
final class LedgerJob {
  final JobTerms terms;
  final MemoryLimits memory = new MemoryLimits();
  private final TreeMap<Long, LedgerBatch> batches = new TreeMap<>();
  private final TreeMap<Long, LedgerBatch> inOrder = new TreeMap<>(); // whose answers wait in turn
  private final Map<Urgency, SortedMap<Long, LedgerBatch>> pending = new EnumMap<>(Urgency.class);
  private final long windowBytes;
  private long offset;
  private double service;
  private long firstOfOpen; // batches ahead with lower numbers are of a timestep that is open
  private boolean isHurried;

  LedgerJob(JobTerms terms, long windowBytes) {
    this.terms = terms;
    this.windowBytes = windowBytes;
    for (Urgency urgency : Urgency.values()) {
      pending.put(urgency, new TreeMap<>());
    }
  }

  void add(LedgerBatch batch) {
    batches.put(batch.number, batch);
    if (batch.terms.answerBytes() > 0) {
      inOrder.put(batch.number, batch);
    }
    offset += batch.terms.answerBytes();
    if (batch.terms.urgency() == Urgency.PICTURE) {
      firstOfOpen = batch.number;
      moveToPicture(Urgency.AHEAD);
    }
    putBack(batch);
  }

  /** Bytes of all answers of this job up to here. */
  long offset() {
    return offset;
  }

  @Nullable LedgerBatch batch(long number) {
    return batches.get(number);
  }

  Iterable<LedgerBatch> batches() {
    return batches.values();
  }

  /** Whether anything is asked for and not answered. */
  boolean isActive() {
    return !batches.isEmpty();
  }

  /** Batches are numbered as they come, so what was begun before goes to the front by itself. */
  void putBack(LedgerBatch batch) {
    waiting(urgency(batch)).put(batch.number, batch);
  }

  void takeOut(LedgerBatch batch) {
    waiting(urgency(batch)).remove(batch.number);
  }

  void remove(LedgerBatch batch) {
    batches.remove(batch.number);
    inOrder.remove(batch.number);
    takeOut(batch);
  }

  boolean isPending(LedgerBatch batch) {
    return waiting(urgency(batch)).containsKey(batch.number);
  }

  /** Whether the picture waits for it. */
  boolean isUrgent(LedgerBatch batch) {
    return urgency(batch) == Urgency.PICTURE;
  }

  int pending(Urgency urgency) {
    return waiting(urgency).size();
  }

  /** The first that waits; null: none does. */
  @Nullable LedgerBatch next(Urgency urgency) {
    SortedMap<Long, LedgerBatch> waiting = waiting(urgency);
    return waiting.isEmpty() ? null : waiting.values().iterator().next();
  }

  /** The first that waits and may be leased: not further ahead of its turn than the window. */
  @Nullable LedgerBatch first(Urgency urgency, Predicate<LedgerBatch> suits) {
    for (LedgerBatch batch : waiting(urgency).values()) {
      if (!isInWindow(batch)) {
        return null; // and so is everything after it
      }
      if (suits.test(batch)) {
        return batch;
      }
    }
    return null;
  }

  /**
   * Whether it lies so close behind the first unanswered batch that everything between them may
   * wait in memory. The first one always does.
   */
  private boolean isInWindow(LedgerBatch batch) {
    if (batch.terms.answerBytes() == 0) {
      return true;
    }
    LedgerBatch first = inOrder.firstEntry().getValue();
    long ahead = batch.offset + batch.terms.answerBytes() - first.offset;
    return batch == first || ahead <= windowBytes;
  }

  /** The one that everything waits for, if what is pending is too far ahead of it; or null. */
  @Nullable LedgerBatch blocker() {
    SortedMap<Long, LedgerBatch> pictures = waiting(Urgency.PICTURE);
    return pictures.isEmpty() || isInWindow(pictures.values().iterator().next())
        ? null
        : inOrder.firstEntry().getValue();
  }

  /** Nothing but its previews is left: they are what the job waits for now. */
  void hurry() {
    isHurried = true;
    moveToPicture(Urgency.AHEAD);
    moveToPicture(Urgency.PREVIEW);
  }

  private void moveToPicture(Urgency from) {
    waiting(Urgency.PICTURE).putAll(waiting(from));
    waiting(from).clear();
  }

  private Urgency urgency(LedgerBatch batch) {
    Urgency own = batch.terms.urgency();
    boolean isOpen = own == Urgency.AHEAD && batch.number < firstOfOpen;
    return isHurried || isOpen ? Urgency.PICTURE : own;
  }

  /** Device time that it was given, in nanoseconds; see {@link BatchSelection}. */
  double service() {
    return service;
  }

  void charge(double nanos) {
    service += nanos;
  }

  void raiseServiceTo(double least) {
    service = Math.max(service, least);
  }

  private SortedMap<Long, LedgerBatch> waiting(Urgency urgency) {
    return pending.computeIfAbsent(urgency, any -> new TreeMap<>());
  }
}
