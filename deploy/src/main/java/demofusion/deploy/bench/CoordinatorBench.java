package demofusion.deploy.bench;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link TimestepBenchmark} in JVMs of its own and puts its scores side by side. */
public final class CoordinatorBench {
  private static final String SIDE = "side";
  private static final String COPY = "copyLatent";

  private CoordinatorBench() {}

  /**
   * One size of latent.
   *
   * @param side in latent samples
   * @param timestepMillis all that the coordinator does in one timestep
   * @param copyMillis copying the same latent
   */
  public record Row(int side, double timestepMillis, double copyMillis) {
    /** For people. */
    public String line() {
      return String.format(
          Locale.ROOT,
          "%4dx%-4d  timestep %8.2f ms  copy %7.3f ms  %5.0f copies",
          side,
          side,
          timestepMillis,
          copyMillis,
          timestepMillis / copyMillis);
    }
  }

  /**
   * @param words where JMH says what it is doing
   */
  public static List<Row> run(PrintStream words) {
    try {
      Runner runner =
          new Runner(
              new OptionsBuilder()
                  .include("^" + TimestepBenchmark.class.getName().replace(".", "\\.") + "\\.")
                  .shouldFailOnError(true)
                  .build(),
              OutputFormatFactory.createFormatInstance(words, VerboseMode.NORMAL));
      return rows(runner.run());
    } catch (RunnerException e) {
      throw new DemofusionException(
          FailureCode.INTERNAL, "the benchmark did not run: " + e.getMessage(), e);
    }
  }

  private static List<Row> rows(Collection<RunResult> results) {
    TreeMap<Integer, Row> rows = new TreeMap<>();
    for (RunResult result : results) {
      int side = Integer.parseInt(result.getParams().getParam(SIDE));
      double millis = result.getPrimaryResult().getScore();
      Row row = Optional.ofNullable(rows.get(side)).orElse(new Row(side, 0, 0));
      boolean isCopy = result.getPrimaryResult().getLabel().equals(COPY);
      rows.put(
          side,
          isCopy
              ? new Row(side, row.timestepMillis(), millis)
              : new Row(side, millis, row.copyMillis()));
    }
    return List.copyOf(rows.values());
  }
}
