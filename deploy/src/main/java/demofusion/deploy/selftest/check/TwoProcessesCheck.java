package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.model.ModelSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Two processes work on the device at the same moment, and their answers have the same bits. */
public final class TwoProcessesCheck implements SelftestCheck {
  private static final String OUT_OF_MEMORY = "out of memory";

  private final ModelSource source;

  /**
   * @param source of the tested model
   */
  public TwoProcessesCheck(ModelSource source) {
    this.source = source;
  }

  @Override
  public String name() {
    return "two processes";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    String model = device.model().card().name();
    List<String> command =
        OtherProcess.command(
            source,
            device.model().card().device(),
            device.precision().toString(),
            device.threads(),
            device.quick());
    try (OtherProcess other = OtherProcess.start(command)) {
      if (!other.isReady()) {
        return List.of(ended(model, other));
      }
      other.go();
      Fingerprint ours =
          Fingerprint.of(new Probe(device.model(), device.threads(), device.quick()));
      Fingerprint theirs = other.fingerprint();
      return theirs == null ? List.of(ended(model, other)) : compare(ours, theirs);
    } catch (IOException e) {
      return List.of(
          Finding.fail(name(), model, "a second process cannot be started: " + e.getMessage()));
    }
  }

  private Finding ended(String model, OtherProcess other) {
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
