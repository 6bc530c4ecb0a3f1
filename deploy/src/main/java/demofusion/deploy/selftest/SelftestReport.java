package demofusion.deploy.selftest;

import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.deploy.plan.Calibration;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.Precision;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All that a selftest found, as {@code --json} prints it. {@code plan --calibration} reads its part
 * {@code calibration}.
 *
 * @param format of this document: {@value #FORMAT}
 * @param program this program's version
 * @param device cpu or cuda:N
 * @param precision of the tested model's UNet
 * @param model its name
 * @param quick whether the short test was done
 * @param seconds that it took
 * @param calibration null where rates were not or could not be measured
 */
public record SelftestReport(
    int format,
    String program,
    String device,
    Precision precision,
    String model,
    boolean quick,
    double seconds,
    List<Finding> findings,
    @Nullable Calibration calibration) {
  public static final int FORMAT = 1;

  public SelftestReport {
    findings = List.copyOf(findings);
  }

  static SelftestReport of(
      SelftestDevice device,
      String program,
      double seconds,
      List<Finding> findings,
      @Nullable Calibration calibration) {
    ModelCard card = device.model().card();
    return new SelftestReport(
        FORMAT,
        program,
        card.device(),
        card.precision(),
        card.name(),
        device.quick(),
        seconds,
        findings,
        calibration);
  }

  /** Whether nothing failed; what does not apply is no failure. */
  @JsonProperty("passed")
  public boolean passed() {
    return findings.stream().noneMatch(Finding::failed);
  }

  /** For people, in one sentence. */
  public String summary() {
    long failed = findings.stream().filter(Finding::failed).count();
    return String.format(
        Locale.ROOT,
        "%s on %s in %s, %.0f s: %s",
        model,
        device,
        precision,
        seconds,
        failed == 0
            ? "passed"
            : failed + " of " + findings.size() + " failed, so do not use this device");
  }
}
