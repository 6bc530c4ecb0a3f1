package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.command.option.Quantities;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion audit}: who changed what on the farm. */
@Command(
    name = "audit",
    description = "Show the audit log: who changed what on the farm, newest first.%n",
    footer = {
      "%nEvery request that changes something leaves one line, also when it is refused; so does"
          + " every token",
      "that comes or goes. WHO - is a caller without a known token. Needs a token with the role"
          + " operate.",
      "Audits of workers' numbers (coordinator --audit) are another thing.",
      "%nExamples:",
      "  demofusion audit",
      "  demofusion audit --since 7d --who ann",
      "  demofusion audit --since 2026-11-30 --what models-remove",
      "  demofusion audit --limit 100000 --json | jq 'select(.status >= 400)'"
    })
public final class AuditLogCommand extends TerminalCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only from this time on: 7d (ago), 2026-11-30 (its beginning here), or"
              + " 2026-11-30T08:00:00Z.")
  @Nullable String since;

  @Option(
      names = "--who",
      paramLabel = "NAME",
      description = "Only what the token of this name did.")
  @Nullable String who;

  @Option(
      names = "--what",
      paramLabel = "ACTION",
      description =
          "Only this: submit, continue, repair, cancel, retry, prune, drain, resume, pause,"
              + " unpause, join, models-add, models-set, models-remove, options, sign-in, sign-out,"
              + " token-add, token-remove, token-change or other.")
  @Nullable String what;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most the newest N (default: ${DEFAULT-VALUE}).")
  int limit;

  @Option(names = "--json", description = "Print the lines as JSON, one per line.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    if (limit < 1 || limit == Integer.MAX_VALUE) {
      throw DemofusionException.badRequest("--limit " + limit + " must be 1 or more");
    }
    Map<String, String> filter = filter();
    try (FarmClient client = farm.client(terminal)) {
      List<AuditLogEntry> all = client.auditLog(filter, limit + 1);
      List<AuditLogEntry> entries = all.subList(0, Math.min(limit, all.size()));
      if (json) {
        entries.forEach(entry -> terminal.out().println(Json.line(entry)));
      } else if (entries.isEmpty()) {
        terminal.say("the audit log has no such line");
      } else {
        table(entries, ZoneId.systemDefault())
            .lines(terminal.tableColumns())
            .forEach(terminal.out()::println);
      }
      if (all.size() > limit) {
        terminal.say("there are older lines: show more with --limit " + 10L * limit);
      }
    }
    return CliConventions.OK;
  }

  private Map<String, String> filter() {
    Map<String, String> filter = new LinkedHashMap<>();
    if (since != null) {
      filter.put(
          "since", Quantities.instant(since, Clock.system(ZoneId.systemDefault())).toString());
    }
    if (who != null) {
      filter.put("who", who);
    }
    if (what != null) {
      filter.put("what", AuditedAction.parse(what).toString());
    }
    return filter;
  }

  static Table table(List<AuditLogEntry> entries, ZoneId zone) {
    Table table = new Table("TIME", "WHO", "ROLE", "FROM", "WHAT", "ANSWER", "ON");
    for (AuditLogEntry entry : entries) {
      table.add(
          time(entry.at(), zone),
          or(entry.who()),
          entry.role() == null ? "-" : entry.role().toString(),
          or(entry.from()),
          entry.what().toString(),
          answer(entry),
          on(entry));
    }
    return table;
  }

  private static String time(Instant at, ZoneId zone) {
    return TIME.format(at.atZone(zone));
  }

  private static String or(@Nullable String text) {
    return text == null ? "-" : text;
  }

  private static String answer(AuditLogEntry entry) {
    if (entry.status() == null) {
      return "-";
    }
    return entry.status() + (entry.code() == null ? "" : " " + entry.code());
  }

  private static String on(AuditLogEntry entry) {
    List<String> parts = new ArrayList<>(entry.jobs());
    add(parts, "model ", entry.model());
    add(parts, "worker ", entry.worker());
    add(parts, "file ", entry.file());
    add(parts, "token ", entry.token());
    add(parts, "", entry.detail());
    return String.join(", ", parts);
  }

  private static void add(List<String> parts, String before, @Nullable String text) {
    if (text != null) {
      parts.add(before + text);
    }
  }
}
