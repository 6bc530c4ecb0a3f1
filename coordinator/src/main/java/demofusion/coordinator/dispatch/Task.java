package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.protocol.FailureCode;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A batch as it is submitted to the dispatcher.
 *
 * @param tag by which the submitter recognises it
 * @param unit its name in the job's plan, the same whenever and wherever the job is drawn
 * @param work is asked for when a worker is there, on a thread of the compute dispatcher, and again
 *     for a retry: it has to give the same bits then
 */
public record Task(
    long tag,
    String unit,
    BatchKind kind,
    BatchTerms terms,
    Supplier<Work> work,
    ActorRef<Outcome> replyTo) {
  /** Where the terms say what kind it is. */
  public Task(
      long tag, String unit, BatchTerms terms, Supplier<Work> work, ActorRef<Outcome> replyTo) {
    this(tag, unit, BatchKind.of(terms.kind()), terms, work, replyTo);
  }

  /** What became of a task; exactly one for each, unless its job was closed. */
  public sealed interface Outcome {
    long tag();
  }

  /**
   * It was done.
   *
   * @param worker its name
   */
  public record Done(long tag, WorkResult result, String worker, long deviceNanos)
      implements Outcome {}

  /** It will not be tried again. */
  public record Failed(long tag, FailureCode code, String sentence) implements Outcome {}
}
