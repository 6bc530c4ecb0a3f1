package demofusion.coordinator.dispatch.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One unit that is drawn twice, until it is known which answer is right: what two workers agree on,
 * or where one worker is all there is, what it says twice. Draws that differ are drawn once more,
 * and whoever said something else than what was right then lies.
 *
 * <p>Two workers that stand by different answers, each again and again, cannot both be right, and
 * nobody can tell which is: then the unit has no answer.
 */
public final class Audit {
  /** How often a unit is drawn at most. */
  static final int MOST_DRAWS = 4;

  private record Answer(String worker, String hash) {}

  /** What follows. */
  public sealed interface Verdict {}

  /** Another answer is to come. */
  public record Wait() implements Verdict {}

  /** The answers differ so far: the unit is to be drawn once more. */
  public record DrawAgain() implements Verdict {}

  /**
   * It is known what is right.
   *
   * @param hash of the right answer
   * @param proof how it is known
   * @param lies wrong answers, the first of each worker
   */
  public record Settled(String hash, Proof proof, List<Lie> lies) implements Verdict {
    public Settled {
      lies = List.copyOf(lies);
    }
  }

  /**
   * Nobody can tell what is right.
   *
   * @param answers the last of each worker
   */
  public record Undecided(Map<String, String> answers) implements Verdict {}

  /** Every draw was given up. */
  public record GivenUp() implements Verdict {}

  /** How it is known what is right. */
  public enum Proof {
    /** Different workers say so. */
    OTHERS,
    /** One worker says so twice, and there was no other. */
    ITSELF,
    /** It is not: only one draw was answered, and the others were given up. */
    NONE
  }

  private final List<Answer> answers = new ArrayList<>();
  private int awaited = 2;

  /** A draw was answered. */
  public Verdict answered(String worker, String hash) {
    awaited--;
    answers.add(new Answer(worker, hash));
    return verdict();
  }

  /** A draw will never be answered. */
  public Verdict givenUp() {
    awaited--;
    return verdict();
  }

  private Verdict verdict() {
    Map<String, Set<String>> workers = new LinkedHashMap<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Answer answer : answers) {
      workers.computeIfAbsent(answer.hash(), any -> new HashSet<>()).add(answer.worker());
      counts.merge(answer.hash(), 1, Integer::sum);
    }
    Optional<String> agreed =
        workers.keySet().stream()
            .filter(hash -> Objects.requireNonNull(workers.get(hash)).size() > 1)
            .findFirst();
    if (agreed.isPresent()) {
      return settled(agreed.get(), Proof.OTHERS);
    }
    if (awaited > 0) {
      return new Wait();
    }
    if (answers.isEmpty()) {
      return new GivenUp();
    }
    if (answers.size() == 1) {
      return settled(answers.get(0).hash(), Proof.NONE);
    }
    Optional<String> most = most(counts);
    boolean isOneWorker = answers.stream().map(Answer::worker).distinct().count() == 1;
    boolean isLast = answers.size() >= MOST_DRAWS;
    if (most.isPresent() && (isOneWorker || isLast)) {
      return settled(most.get(), Proof.ITSELF);
    }
    if (isLast) {
      Map<String, String> last = new LinkedHashMap<>();
      answers.forEach(answer -> last.put(answer.worker(), answer.hash()));
      return new Undecided(last);
    }
    awaited++;
    return new DrawAgain();
  }

  /** What was said more than once, and more often than anything else. */
  private static Optional<String> most(Map<String, Integer> counts) {
    int highest = counts.values().stream().mapToInt(count -> count).max().orElse(0);
    List<String> leading =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue() == highest)
            .map(Map.Entry::getKey)
            .toList();
    return highest > 1 && leading.size() == 1 ? Optional.of(leading.get(0)) : Optional.empty();
  }

  private Settled settled(String right, Proof proof) {
    List<String> witnesses =
        answers.stream()
            .filter(answer -> answer.hash().equals(right))
            .map(Answer::worker)
            .distinct()
            .toList();
    Map<String, Lie> lies = new LinkedHashMap<>();
    for (Answer answer : answers) {
      if (!answer.hash().equals(right)) {
        lies.putIfAbsent(
            answer.worker(), new Lie(answer.worker(), answer.hash(), right, witnesses));
      }
    }
    return new Settled(right, proof, List.copyOf(lies.values()));
  }
}
