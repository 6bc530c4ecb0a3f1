package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.deploy.terminal.Durations;
import demofusion.protocol.model.ModelSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two processes work on the device at the same moment, and their answers have the same bits. */
public final class TwoProcessesCheck implements SelftestCheck {
  private static final String OUT_OF_MEMORY = "out of memory";

  /** For loading the model, and then for the answers besides ten times what ours took. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int TIMES_OURS = 10;

  private final ModelSource source;
  private final Duration patience;

  /**
   * @param source of the tested model
   */
  public TwoProcessesCheck(ModelSource source) {
    this(source, PATIENCE);
  }

  TwoProcessesCheck(ModelSource source, Duration patience) {
    this.source = source;
    this.patience = patience;
  }

  @Override
  public String name() {
    return "two processes";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    return run(
        device,
        OtherProcess.command(
            source,
            device.model().card().device(),
            device.precision().toString(),
            device.threads(),
            device.quick()));
  }

  List<Finding> run(SelftestDevice device, List<String> command) {
    String model = device.model().card().name();
    try (OtherProcess other = OtherProcess.start(command)) {
      other.endAfter(patience);
      if (!other.isReady()) {
        return List.of(ended(model, other));
      }
      other.endNoMore();
      other.go();
      long began = System.nanoTime();
      Fingerprint ours =
          Fingerprint.of(new Probe(device.model(), device.threads(), device.quick()));
      other.endAfter(patience.plusNanos(TIMES_OURS * (System.nanoTime() - began)));
      Fingerprint theirs = other.fingerprint();
      return theirs == null ? List.of(ended(model, other)) : compare(ours, theirs);
    } catch (IllegalArgumentException e) {
      return List.of(
          Finding.fail(name(), model, "the second process ended without one: " + e.getMessage()));
    } catch (IOException e) {
      return List.of(
          Finding.fail(name(), model, "a second process cannot be started: " + e.getMessage()));
    }
  }

  private Finding ended(String model, OtherProcess other) {
    Duration limit = other.limitPassed();
    if (limit != null) {
      return Finding.skip(
          name(),
          model,
          "the second process took longer than " + Durations.words(limit.toMillis() / 1000.0));
    }
    String words = other.lastWords();
    return words.contains(OUT_OF_MEMORY)
        ? Finding.skip(name(), model, "the model does not fit twice: " + words)
        : Finding.fail(name(), model, "the second process ended: " + words);
  }

  private List<Finding> compare(Fingerprint ours, Fingerprint theirs) {
    List<Finding> findings = new ArrayList<>();
    ours.byQuestion()
        .forEach(
            (question, hash) ->
                findings.add(
                    hash.equals(theirs.byQuestion().get(question))
                        ? Finding.pass(name(), question, "the same bits in both")
                        : Finding.fail(
                            name(),
                            question,
                            "other bits in a second process: pictures of two workers here would"
                                + " differ")));
    return findings;
  }
}
