package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.audit.ResultHash;
import demofusion.protocol.JobId;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of audited answers, which other threads compute: a decoded VAE tile takes some
 * milliseconds, in which the {@link Dispatcher} would hand nothing out. They are heard of in the
 * order in which the answers came, whichever is hashed first.
 */
final class AnswerHashes {
  /**
   * To the dispatcher: an answer is hashed, or cannot be.
   *
   * @param number of the answer
   */
  record Hashed(long number, @Nullable String hash, @Nullable Throwable failure)
      implements DispatcherCommand {}

  private static final class Answer {
    final long number;
    final JobId job;
    final BiConsumer<@Nullable String, @Nullable Throwable> listener;
    @Nullable Hashed hashed;

    Answer(long number, JobId job, BiConsumer<@Nullable String, @Nullable Throwable> listener) {
      this.number = number;
      this.job = job;
      this.listener = listener;
    }
  }

  private final Executor compute;
  private final Consumer<Hashed> dispatcher;
  private final Deque<Answer> answers = new ArrayDeque<>(); // in the order in which they came
  private long came;

  /**
   * @param dispatcher is given what to call {@link #hashed} with, on any thread
   */
  AnswerHashes(Executor compute, Consumer<Hashed> dispatcher) {
    this.compute = compute;
    this.dispatcher = dispatcher;
  }

  /**
   * @param listener of its hash, or of why there is none; called by {@link #hashed}
   */
  void begin(
      JobId job, WorkResult result, BiConsumer<@Nullable String, @Nullable Throwable> listener) {
    Answer answer = new Answer(came++, job, listener);
    answers.add(answer);
    compute.execute(() -> dispatcher.accept(hash(answer.number, result)));
  }

  private static Hashed hash(long number, WorkResult result) {
    try {
      return new Hashed(number, ResultHash.of(result), null);
    } catch (RuntimeException | OutOfMemoryError e) {
      return new Hashed(number, null, e);
    }
  }

  /** Tells of this answer, and of later ones that were hashed before it, if it is its turn. */
  void hashed(Hashed hashed) {
    answers.stream()
        .filter(answer -> answer.number == hashed.number())
        .forEach(answer -> answer.hashed = hashed);
    for (Answer first = answers.peek();
        first != null && first.hashed != null;
        first = answers.peek()) {
      Hashed now = first.hashed;
      answers.remove();
      first.listener.accept(now.hash(), now.failure());
    }
  }

  /** Nobody waits for the answers of this job any more. */
  void forget(JobId job) {
    answers.removeIf(answer -> answer.job.equals(job));
  }
}
