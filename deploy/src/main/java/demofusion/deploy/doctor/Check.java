package demofusion.deploy.doctor;

import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param subject what it is about
 * @param finding what is there
 * @param advice what to do; empty where there is nothing to do
 */
public record Check(String subject, Verdict verdict, String finding, String advice) {
  /** How it stands. */
  public enum Verdict {
    OK,
    WARN,
    FAIL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Check ok(String subject, String finding) {
    return new Check(subject, Verdict.OK, finding, "");
  }

  static Check warn(String subject, String finding, String advice) {
    return new Check(subject, Verdict.WARN, finding, advice);
  }

  static Check fail(String subject, String finding, String advice) {
    return new Check(subject, Verdict.FAIL, finding, advice);
  }
}
