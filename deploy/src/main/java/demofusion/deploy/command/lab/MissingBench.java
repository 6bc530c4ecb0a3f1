package demofusion.deploy.command.lab;

import demofusion.deploy.command.DemofusionCommand;
import demofusion.protocol.DemofusionException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * Stands in for {@link DemofusionCommand#BENCH} where the jar that measures is not on the class
 * path: it is not among users' jars, and the launcher adds it for {@code bench} alone.
 */
@Command(name = "bench", description = MissingBench.DESCRIPTION)
public final class MissingBench implements Runnable {
  static final String DESCRIPTION = "Benchmark the networks and the coordinator on this machine.%n";

  @Unmatched final List<String> arguments = new ArrayList<>();

  @Override
  public void run() {
    throw DemofusionException.badRequest(
        "bench needs the jar in the distribution's folder lab, which is not there: unpack or build"
            + " the distribution again");
  }
}
