package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.audit.Audit;
import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.dispatch.audit.AuditTally;
import demofusion.coordinator.dispatch.audit.DistrustedWorkers;
import demofusion.coordinator.dispatch.audit.Lie;
import demofusion.coordinator.dispatch.ledger.DrainedWorkers;
import demofusion.coordinator.dispatch.ledger.Draws;
import demofusion.coordinator.dispatch.ledger.GivenUp;
import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.WorkerChange;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.work.WorkResult;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that the {@link Dispatcher} was given and has not answered, by the batches that the
 * ledger knows them by. A task is one batch, or where it is audited two, of which the second is
 * drawn at the same time: it is answered when an {@link Audit} has found out what is right, and so
 * nothing of it is in a picture before.
 */
final class TaskBook {
  /** A task that is drawn more than once. */
  private static final class Unit {
    final Audit audit = new Audit();
    final Draws draws = new Draws();
    final Map<String, Task.Done> answers = new LinkedHashMap<>(); // the first of each hash
  }

  private record Entry(JobId job, Task task, @Nullable Unit unit) {
    String name() {
      return task.unit() + " of job " + job;
    }
  }

  private final LeaseLedger ledger;
  private final BatchWatch watch;
  private final DispatchLog log;
  private final AuditShare share;
  private final DistrustedWorkers distrusted;
  private final DrainedWorkers drained;
  private final AnswerHashes hashes;
  private final AuditTally tally = new AuditTally();
  private final Map<JobId, DispatcherCommand.Audited> jobs = new HashMap<>();
  private final Map<Long, Entry> entries = new HashMap<>();

  TaskBook(
      LeaseLedger ledger,
      BatchWatch watch,
      DispatchLog log,
      KnownWorkers known,
      AnswerHashes hashes) {
    this.ledger = ledger;
    this.watch = watch;
    this.log = log;
    this.share = known.audits().share();
    this.distrusted = known.audits().distrusted();
    this.drained = known.drained();
    this.hashes = hashes;
    distrusted.all().forEach(ledger::distrust);
    drained.names().forEach(name -> ledger.change(name, WorkerChange.DRAIN));
  }

  /** A job begins, whose units may be audited. */
  void open(JobId job, DispatcherCommand.@Nullable Audited audited) {
    if (audited != null && !share.isNone()) {
      jobs.put(job, audited);
      // One that goes back to its checkpoint was not open when some of them were found out.
      distrusted.all().forEach((worker, evidence) -> tell(audited, worker, evidence));
    }
  }

  /** The job is over, whatever is left of it. */
  void close(JobId job) {
    ledger.close(job).forEach(this::forget);
    hashes.forget(job);
    jobs.remove(job);
  }

  /** Work of an open job. */
  void submit(JobId job, Task task, long now) {
    DispatcherCommand.Audited audited = jobs.get(job);
    boolean isAudited = audited != null && share.chooses(audited.plan(), task.unit());
    Entry entry = new Entry(job, task, isAudited ? new Unit() : null);
    draw(entry, false, now);
    if (isAudited) {
      draw(entry, true, now);
    }
  }

  private void draw(Entry entry, boolean isExtra, long now) {
    Unit unit = entry.unit();
    long batch = ledger.submit(entry.job(), entry.task().terms(), unit == null ? null : unit.draws);
    entries.put(batch, entry);
    watch.submitted(entry.job(), batch, entry.task(), isExtra, now);
  }

  /** Null if nobody waits for it. */
  @Nullable Task task(long batch) {
    Entry entry = entries.get(batch);
    return entry == null ? null : entry.task();
  }

  private @Nullable Entry forget(long batch) {
    watch.gone(batch);
    return entries.remove(batch);
  }

  /** An answer that counts. */
  void completed(long batch, WorkResult result, String worker, long deviceNanos, long now) {
    Entry entry = forget(batch);
    if (entry == null) {
      return;
    }
    Unit unit = entry.unit();
    Task.Done done = new Task.Done(entry.task().tag(), result, worker, deviceNanos);
    if (unit == null) {
      deliver(entry, done);
      return;
    }
    if (unit.draws.isIncomparable(batch)) {
      act(entry, unit, unit.audit.givenUp(), now); // other hardware is no witness
      return;
    }
    hashes.begin(entry.job(), result, (hash, failure) -> hashed(entry, unit, done, hash, failure));
  }

  /** An audited answer is hashed: what waited for that goes on. */
  void hashed(AnswerHashes.Hashed hashed) {
    hashes.hashed(hashed);
  }

  private void hashed(
      Entry entry, Unit unit, Task.Done done, @Nullable String hash, @Nullable Throwable failure) {
    long now = System.nanoTime();
    if (hash == null) {
      log.hashFailed(entry.job(), entry.task().unit(), failure);
      String sentence = "an answer could not be hashed: " + failure;
      giveUpDraw(entry, unit, FailureCode.INTERNAL, sentence, now);
      return;
    }
    unit.answers.putIfAbsent(hash, done);
    tally.audited(done.worker());
    act(entry, unit, unit.audit.answered(done.worker(), hash), now);
  }

  /** A batch that nobody tries again. */
  void giveUp(GivenUp givenUp, long now) {
    Entry entry = forget(givenUp.batch());
    if (entry == null) {
      return;
    }
    Unit unit = entry.unit();
    if (unit == null) {
      fail(entry.task(), givenUp.code(), givenUp.sentence());
    } else {
      giveUpDraw(entry, unit, givenUp.code(), givenUp.sentence(), now);
    }
  }

  private void giveUpDraw(Entry entry, Unit unit, FailureCode code, String sentence, long now) {
    Audit.Verdict verdict = unit.audit.givenUp();
    if (verdict instanceof Audit.GivenUp) {
      fail(entry.task(), code, sentence);
    } else {
      act(entry, unit, verdict, now);
    }
  }

  private void act(Entry entry, Unit unit, Audit.Verdict verdict, long now) {
    if (verdict instanceof Audit.DrawAgain) {
      log.auditDiffers(entry.job(), entry.task().unit());
      draw(entry, true, now);
    } else if (verdict instanceof Audit.Settled settled) {
      watch.audited(DispatchObserver.AuditOutcome.of(settled));
      if (settled.proof() == Audit.Proof.NONE) {
        log.auditUnproved(entry.job(), entry.task().unit());
      }
      // Before the answer: whoever has fused others of the same worker need not fuse this one.
      settled.lies().forEach(lie -> accuse(entry, lie, now));
      deliver(entry, Objects.requireNonNull(unit.answers.get(settled.hash())));
    } else if (verdict instanceof Audit.Undecided undecided) {
      watch.audited(DispatchObserver.AuditOutcome.UNDECIDED);
      log.auditUndecided(entry.job(), entry.task().unit(), undecided.answers());
      fail(entry.task(), FailureCode.DEVICE_ERROR, sentence(entry, undecided));
    }
  }

  private static String sentence(Entry entry, Audit.Undecided undecided) {
    return "the audit of %s cannot be settled: workers of one device kind gave different bits, %s, and nobody can tell which are right; drain one of them, or add another, and resume the job"
        .formatted(entry.name(), String.join(" and ", undecided.answers().keySet()));
  }

  private void accuse(Entry entry, Lie lie, long now) {
    String worker = lie.worker();
    String evidence = lie.sentence(entry.name());
    tally.lied(worker);
    log.lied(entry.job(), entry.task().unit(), lie);
    ledger.distrust(worker, evidence).forEach(lease -> watch.distrusted(lease.id(), now));
    watch.lied(worker);
    distrusted.add(worker, evidence);
    jobs.values().forEach(audited -> tell(audited, worker, evidence));
  }

  private static void tell(DispatcherCommand.Audited audited, String worker, String evidence) {
    audited.whenDistrusted().tell(new DispatcherCommand.Distrusted(worker, evidence));
  }

  /** An operator takes a worker out, or believes it again. */
  void drain(String worker, boolean readmit) {
    ledger.change(worker, readmit ? WorkerChange.READMIT : WorkerChange.DRAIN);
    if (readmit) {
      distrusted.remove(worker);
      drained.remove(worker);
    } else {
      drained.add(worker);
    }
  }

  private static void deliver(Entry entry, Task.Done done) {
    entry.task().replyTo().tell(done);
  }

  private static void fail(Task task, FailureCode code, String sentence) {
    task.replyTo().tell(new Task.Failed(task.tag(), code, sentence));
  }

  /** By tag, the names of those that have the job's tasks in hand. */
  Map<Long, String> holders(JobId job) {
    Map<Long, String> holders = new HashMap<>();
    Map<Long, WorkerId> inFlight = ledger.inFlight(job);
    inFlight.forEach(
        (batch, worker) -> {
          Task task = task(batch);
          if (task != null) {
            holders.put(task.tag(), ledger.name(worker));
          }
        });
    return holders;
  }

  /** How often workers' answers were compared. */
  AuditTally tally() {
    return tally;
  }
}
