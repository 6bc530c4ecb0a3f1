package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.command.option.Quantities;
import demofusion.deploy.terminal.ByteSizes;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.Retention;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion jobs prune}: makes room on the coordinator's disk. */
@Command(
    name = "prune",
    description = "Remove finished jobs and their files from the coordinator's disk.%n",
    footer = {
      "%nUnfinished jobs are never removed. A job is removed if any of the rules applies, oldest"
          + " first.",
      "With --copies no job is removed, only the coordinator's files of those that it has copied to"
          + " an object store (coordinator --results) and nobody read for the time; they are fetched"
          + " when somebody does.",
      "The ids of the removed jobs are printed to stdout. Needs a token with the role operate.",
      "%nExamples:",
      "  demofusion jobs prune --older-than 30d --dry-run",
      "  demofusion jobs prune --keep 500 --max-size 100G",
      "  demofusion jobs prune --copies --older-than 7d"
    })
final class PruneCommand extends TerminalCommand implements Callable<Integer> {
  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      description = "Remove jobs that ended longer ago than this, for example 30d.")
  @Nullable Duration age;

  @Option(names = "--keep", paramLabel = "N", description = "Remove all but the newest N.")
  @Nullable Integer count;

  @Option(
      names = "--max-size",
      paramLabel = "SIZE",
      description =
          "Remove the oldest until the remaining files fit in this size, for example 100G.")
  @Nullable String size;

  @Option(names = "--copies", description = "Remove only local copies of what an object store has.")
  boolean copies;

  @Option(names = "--dry-run", description = "Only list what would be removed.")
  boolean dryRun;

  @Option(names = "--json", description = "Print the removed jobs and bytes as JSON.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    Retention retention = retention();
    try (FarmClient client = farm.client(terminal)) {
      Pruned pruned =
          copies
              ? client.pruneCopies(Objects.requireNonNull(retention.age()), dryRun)
              : client.prune(retention, dryRun);
      if (json) {
        terminal.out().println(Json.line(pruned));
      } else {
        pruned.jobs().forEach(terminal.out()::println);
        terminal.say(summary(pruned));
      }
    }
    return CliConventions.OK;
  }

  private Retention retention() {
    if (age == null && count == null && size == null) {
      throw DemofusionException.badRequest(
          "no rule given: say what to remove with --older-than TIME, --keep N or --max-size SIZE");
    }
    if (copies && (age == null || count != null || size != null)) {
      throw DemofusionException.badRequest(
          "--copies go by their age alone: give --older-than TIME, and neither --keep nor --max-size");
    }
    if (count != null && count < 0) {
      throw DemofusionException.badRequest("--keep " + count + " must be 0 or more");
    }
    return new Retention(age, count, size == null ? null : Quantities.bytes(size));
  }

  private String summary(Pruned pruned) {
    int jobs = pruned.jobs().size();
    return (dryRun ? "would remove " : "removed ")
        + (copies ? "local copies of " : "")
        + (jobs == 1 ? "1 job" : jobs + " jobs")
        + ", "
        + ByteSizes.words(pruned.bytes());
  }
}
