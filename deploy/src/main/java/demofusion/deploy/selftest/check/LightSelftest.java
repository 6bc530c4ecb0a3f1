package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.proof.SelfCheck;
import java.util.List;
import java.util.Optional;

/**
 * What a worker finds out of its device at its start and between two units: whatever of {@code
 * demofusion selftest} is light.
 */
public final class LightSelftest implements SelfCheck {
  private static final int THREADS = 1;

  private final List<SelftestCheck> checks;

  LightSelftest(List<SelftestCheck> checks) {
    this.checks = List.copyOf(checks);
  }

  public static SelfCheck create() {
    return SelfCheck.all(
        SelftestChecks.light().stream()
            .<SelfCheck>map(check -> new LightSelftest(List.of(check)))
            .toList());
  }

  @Override
  public Optional<String> findFault(DiffusionModel model) {
    SelftestDevice device =
        new SelftestDevice(
            model,
            THREADS,
            true,
            (source, precision) -> {
              throw new IllegalStateException("a worker loads no other model for its selftest");
            },
            sentence -> {});
    return checks.stream()
        .flatMap(check -> check.run(device).stream())
        .filter(Finding::failed)
        .map(finding -> finding.check() + " of " + finding.subject() + ": " + finding.sentence())
        .findFirst();
  }
}
