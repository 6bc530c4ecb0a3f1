package demofusion.deploy.command;

import demofusion.protocol.DemofusionException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/**
 * Stands in for {@link DemofusionCommand#BENCH} where the jar that measures is not on the class
 * path: it is not among users' jars, and the launcher adds it for {@code bench} alone.
 */
@Command(name = "bench", description = MissingBench.DESCRIPTION)
final class MissingBench implements Runnable {
  static final String DESCRIPTION =
      "Measure how fast the networks and the coordinator are on this machine.%n";

  @Mixin final HelpOption help = new HelpOption();

  @Unmatched final List<String> whatWasToBeMeasured = new ArrayList<>();

  @Override
  public void run() {
    throw DemofusionException.badRequest(
        "bench needs the jar in the distribution's folder lab, which is not there: unpack or build"
            + " the distribution again");
  }
}
