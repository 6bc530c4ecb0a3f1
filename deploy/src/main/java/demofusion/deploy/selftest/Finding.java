package demofusion.deploy.selftest;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one check found of one subject.
 *
 * @param check its {@link SelftestCheck#name}
 * @param subject what was looked at, for example unet of miniature
 * @param sentence what was found, in words
 * @param measured the figure that was judged; null where none was
 * @param bound what it may be at most (or at least: the sentence says it); null where there is none
 */
public record Finding(
    String check,
    String subject,
    Verdict verdict,
    String sentence,
    @Nullable Double measured,
    @Nullable Double bound) {
  /** How it stands. */
  public enum Verdict {
    PASS,
    FAIL,
    /** Does not apply here, and the sentence says why. */
    SKIP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static Finding pass(String check, String subject, String sentence) {
    return new Finding(check, subject, Verdict.PASS, sentence, null, null);
  }

  public static Finding fail(String check, String subject, String sentence) {
    return new Finding(check, subject, Verdict.FAIL, sentence, null, null);
  }

  public static Finding skip(String check, String subject, String why) {
    return new Finding(check, subject, Verdict.SKIP, why, null, null);
  }

  /**
   * Passes where the figure is at most the bound; what is no number fails.
   *
   * @param what was measured, for example relative difference from the reference
   */
  public static Finding atMost(
      String check, String subject, String what, double measured, double bound) {
    boolean passes = measured <= bound;
    String sentence =
        String.format(
            Locale.ROOT, "%s %.2g, %s %.2g", what, measured, passes ? "at most" : "above", bound);
    return new Finding(
        check,
        subject,
        passes ? Verdict.PASS : Verdict.FAIL,
        sentence,
        Double.isFinite(measured) ? measured : null,
        bound);
  }

  public boolean failed() {
    return verdict == Verdict.FAIL;
  }
}
