package demofusion.deploy.client;

import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditLogPage;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the audit log page after page.
 *
 * @param filter by the query's names
 * @param most lines that are read
 */
record AuditLogPages(Map<String, String> filter, int most) {
  private static final int LARGEST_PAGE = 1000;

  AuditLogPages {
    filter = Map.copyOf(filter);
  }

  /**
   * @param ask for the page of a query, from its question mark on
   */
  List<AuditLogEntry> read(Function<String, AuditLogPage> ask) {
    List<AuditLogEntry> entries = new ArrayList<>();
    Map<String, String> query = new LinkedHashMap<>(filter);
    while (true) {
      query.put("limit", Integer.toString(Math.min(LARGEST_PAGE, most - entries.size())));
      AuditLogPage page = ask.apply(text(query));
      entries.addAll(page.entries());
      Long next = page.next();
      if (next == null || entries.size() >= most) {
        return entries;
      }
      query.put("before", next.toString());
    }
  }

  private static String text(Map<String, String> query) {
    return query.entrySet().stream()
        .map(
            entry ->
                entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "?", ""));
  }
}
