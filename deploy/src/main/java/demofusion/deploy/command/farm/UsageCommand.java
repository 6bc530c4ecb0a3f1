package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.command.option.Quantities;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.usage.DeviceSeconds;
import demofusion.protocol.api.usage.UsageBy;
import demofusion.protocol.api.usage.UsageReport;
import demofusion.protocol.api.usage.UsageRow;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion usage}: how much of the farm was used, and by whom. */
@Command(
    name = "usage",
    description = "Show how much of the farm was used, and by whom.%n",
    footer = {
      "%nHours are of workers' devices, by workers' own clocks. RETRIED are answers that came too"
          + " late or twice,",
      "AUDITS draws that check other workers' numbers, LOST what was drawn and is in no checkpoint"
          + " since its job",
      "or coordinator stopped, KWH the energy of cards that tell it or their power. Two worker"
          + " processes on one card",
      "are each told all that it takes. A token with the role operate sees everybody's, others"
          + " their own.",
      "Below are the budgets of tokens that have one, as they stand now: USED is useful and lost"
          + " time, FORESEEN",
      "what unfinished jobs still take.",
      "%nExamples:",
      "  demofusion usage --since 30d",
      "  demofusion usage --since 2026-11-01 --by model",
      "  demofusion usage --by day --csv > usage.csv"
    })
public final class UsageCommand extends TerminalCommand implements Callable<Integer> {
  private static final double HOUR = 3600;
  private static final double KILOWATT_HOUR = 3.6e6; // joules

  @Option(
      names = "--since",
      paramLabel = "DAY",
      description = "Only from this day on, in UTC: 30d (ago) or 2026-11-01.")
  @Nullable String since;

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      defaultValue = "token",
      description = "Add up by token, model or day (default: ${DEFAULT-VALUE}).")
  String by = "token";

  @Option(names = "--json", description = "Print the report as JSON, times in seconds.")
  boolean json;

  @Option(
      names = "--csv",
      description = "Print a line for each row and device as CSV, times in seconds.")
  boolean csv;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    if (json && csv) {
      throw DemofusionException.badRequest("--json and --csv exclude each other; give one of them");
    }
    UsageBy sums = UsageBy.parse(by);
    LocalDate day = since == null ? null : day(since, Clock.system(ZoneId.systemDefault()));
    UsageReport report;
    try (FarmClient client = farm.client(terminal)) {
      report = client.usage(sums, day);
    }
    if (json) {
      terminal.out().println(Json.line(report));
    } else if (csv) {
      csv(report).forEach(terminal.out()::println);
    } else if (report.rows().isEmpty()) {
      terminal.say("nothing was used" + (day == null ? "" : " since " + day));
    } else {
      table(report).lines(terminal.tableColumns()).forEach(terminal.out()::println);
    }
    if (!json && !csv && !report.budgets().isEmpty()) {
      terminal.out().println();
      BudgetTable.of(report.budgets())
          .lines(terminal.tableColumns())
          .forEach(terminal.out()::println);
    }
    return CliConventions.OK;
  }

  private static LocalDate day(String text, Clock clock) {
    return text.matches("\\d{4}-\\d{2}-\\d{2}")
        ? LocalDate.ofInstant(
            Quantities.instant(text, clock.withZone(ZoneOffset.UTC)), ZoneOffset.UTC)
        : LocalDate.ofInstant(Quantities.instant(text, clock), ZoneOffset.UTC);
  }

  static Table table(UsageReport report) {
    boolean isTold = report.rows().stream().anyMatch(row -> row.deviceSeconds().joules() != null);
    List<String> headings = new ArrayList<>();
    headings.add(report.by().toString().toUpperCase(Locale.ROOT));
    headings.addAll(List.of("HOURS", "USEFUL", "RETRIED", "AUDITS", "LOST", "JOBS", "PICTURES"));
    headings.addAll(List.of("MEGAPIXELS", "FORWARDS", "WAITED"));
    headings.addAll(isTold ? List.of("KWH", "DEVICES") : List.of("DEVICES"));
    Table table = new Table(headings.toArray(String[]::new));
    for (UsageRow row : report.rows()) {
      DeviceSeconds seconds = row.deviceSeconds();
      List<String> cells = new ArrayList<>();
      cells.add(row.key());
      cells.add(hours(seconds.sum()));
      cells.add(hours(seconds.useful()));
      cells.add(hours(seconds.retried()));
      cells.add(hours(seconds.audits()));
      cells.add(hours(seconds.lost()));
      cells.add(Long.toString(row.jobs()));
      cells.add(Long.toString(row.pictures()));
      cells.add(number(row.megapixels()));
      cells.add(Long.toString(Math.round(row.forwards())));
      cells.add(hours(row.waitingSeconds()));
      if (isTold) {
        cells.add(kilowattHours(seconds.joules()));
      }
      cells.add(String.join(", ", row.devices().stream().map(DeviceSeconds::device).toList()));
      table.add(cells.toArray(String[]::new));
    }
    return table;
  }

  private static String kilowattHours(@Nullable Double joules) {
    return joules == null ? "-" : String.format(Locale.ROOT, "%.3f", joules / KILOWATT_HOUR);
  }

  static String hours(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds / HOUR);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** What is of a whole row stands in the line of its first device only, so that columns add up. */
  static List<String> csv(UsageReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        report.by()
            + ",device,useful,retried,audits,lost,jobs,pictures,megapixels,forwards,waiting,joules");
    for (UsageRow row : report.rows()) {
      List<DeviceSeconds> devices =
          row.devices().isEmpty() ? List.of(new DeviceSeconds("", 0, 0, 0, 0)) : row.devices();
      boolean isFirst = true;
      for (DeviceSeconds seconds : devices) {
        lines.add(
            "%s,%s,%s,%s,%s,%s,%s,%s"
                .formatted(
                    quoted(row.key()),
                    quoted(seconds.device()),
                    seconds.useful(),
                    seconds.retried(),
                    seconds.audits(),
                    seconds.lost(),
                    isFirst
                        ? "%s,%s,%s,%s,%s"
                            .formatted(
                                row.jobs(),
                                row.pictures(),
                                row.megapixels(),
                                row.forwards(),
                                row.waitingSeconds())
                        : "0,0,0,0,0",
                    seconds.joules() == null ? "" : seconds.joules()));
        isFirst = false;
      }
    }
    return lines;
  }

  private static String quoted(String text) {
    // A spreadsheet would take a model's name that begins like this for a formula.
    String safe = text.matches("(?s)[=+\\-@\\t\\r].*") && !text.equals("-") ? "'" + text : text;
    return '"' + safe.replace("\"", "\"\"") + '"';
  }
}
