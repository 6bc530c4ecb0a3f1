package demofusion.coordinator.dispatch.audit;

import java.util.List;

/**
 * A worker's wrong answer, and why it is known to be wrong.
 *
 * @param hash of its answer
 * @param right hash of the right one
 * @param witnesses who gave the right one; maybe itself, at another time
 */
public record Lie(String worker, String hash, String right, List<String> witnesses) {
  private static final int SHOWN = 16;

  public Lie {
    witnesses = List.copyOf(witnesses);
  }

  /** For people. */
  public String sentence(String unit) {
    return "it answered %s with other bits (%s) than %s (%s)"
        .formatted(unit, shown(hash), witness(), shown(right));
  }

  private String witness() {
    return witnesses.equals(List.of(worker))
        ? "it did at other times"
        : String.join(" and ", witnesses) + " did";
  }

  private static String shown(String hash) {
    return hash.substring(0, Math.min(SHOWN, hash.length()));
  }
}
