package demofusion.coordinator.usage;

import demofusion.protocol.api.usage.DeviceSeconds;
import demofusion.protocol.api.usage.UsageBy;
import demofusion.protocol.api.usage.UsageReport;
import demofusion.protocol.api.usage.UsageRow;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds accounts up. */
final class UsageSum {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  private final UsageQuery query;
  private final Map<String, UsageEntry> sums = new TreeMap<>();

  UsageSum(UsageQuery query) {
    this.query = query;
  }

  void add(UsageFold fold) {
    LocalDate since = query.since();
    if (since != null && fold.day().isBefore(since)) {
      return;
    }
    for (UsageEntry entry : fold.entries()) {
      if (query.who() == null || query.who().equals(entry.who())) {
        String key = key(fold.day(), entry);
        sums.merge(key, entry, UsageEntry::plus);
      }
    }
  }

  private String key(LocalDate day, UsageEntry entry) {
    return switch (query.by()) {
      case TOKEN -> entry.who();
      case MODEL -> entry.model();
      case DAY -> day.toString();
    };
  }

  UsageReport report() {
    Comparator<UsageRow> most =
        Comparator.comparingDouble((UsageRow row) -> row.deviceSeconds().sum()).reversed();
    List<UsageRow> rows =
        sums.entrySet().stream()
            .filter(each -> !each.getValue().isNothing())
            .map(each -> row(each.getKey(), each.getValue()))
            .toList();
    return new UsageReport(
        query.by(),
        query.since(),
        query.by() == UsageBy.DAY ? rows : rows.stream().sorted(most).toList());
  }

  private static UsageRow row(String key, UsageEntry sum) {
    List<DeviceSeconds> devices = new ArrayList<>();
    sum.devices()
        .forEach(
            (device, nanos) ->
                devices.add(
                    new DeviceSeconds(
                        device,
                        nanos.useful() / NANOS,
                        nanos.retried() / NANOS,
                        nanos.audits() / NANOS,
                        nanos.lost() / NANOS,
                        nanos.joules() > 0 ? nanos.joules() : null)));
    return new UsageRow(
        key,
        sum.jobs(),
        sum.pictures(),
        sum.megapixels(),
        sum.forwards(),
        sum.waitedMillis() / MILLIS,
        devices);
  }
}
