package demofusion.deploy.selftest;

import demofusion.deploy.launch.Installation;
import demofusion.deploy.plan.Calibration;
import demofusion.protocol.DemofusionException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does checks one after the other, whatever becomes of each, and measures last. */
public final class Selftest {
  private final List<SelftestCheck> checks;
  private final @Nullable Calibrator calibrator;

  /**
   * @param calibrator null: rates are not measured
   */
  public Selftest(List<SelftestCheck> checks, @Nullable Calibrator calibrator) {
    this.checks = List.copyOf(checks);
    this.calibrator = calibrator;
  }

  public SelftestReport run(SelftestDevice device) {
    long began = System.nanoTime();
    List<Finding> findings = new ArrayList<>();
    for (SelftestCheck check : checks) {
      device.progress().accept(check.name());
      try {
        findings.addAll(check.run(device));
      } catch (DemofusionException e) {
        findings.add(Finding.fail(check.name(), device.model().card().name(), e.userMessage()));
      } catch (RuntimeException e) {
        findings.add(broken(check.name(), device, e));
      }
    }
    Calibration calibration = calibrator == null ? null : measure(calibrator, device, findings);
    double seconds = (System.nanoTime() - began) / 1e9;
    return SelftestReport.of(device, Installation.version(), seconds, findings, calibration);
  }

  private static @Nullable Calibration measure(
      Calibrator calibrator, SelftestDevice device, List<Finding> findings) {
    device.progress().accept("rates");
    try {
      Calibrator.Measured measured = calibrator.measure(device);
      findings.addAll(measured.findings());
      return measured.calibration();
    } catch (DemofusionException e) {
      findings.add(Finding.fail("rates", device.model().card().name(), e.userMessage()));
      return null;
    } catch (RuntimeException e) {
      findings.add(broken("rates", device, e));
      return null;
    }
  }

  /** Of what nobody foresaw, which must not cost the findings of the other checks. */
  private static Finding broken(String check, SelftestDevice device, RuntimeException failure) {
    return Finding.fail(check, device.model().card().name(), "the check failed: " + failure);
  }
}
