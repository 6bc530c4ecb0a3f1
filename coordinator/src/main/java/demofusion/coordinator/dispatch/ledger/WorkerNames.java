package demofusion.coordinator.dispatch.ledger;

import java.util.LinkedHashMap;
import java.util.Map;

/** What workers that are gone were called by people: answers of theirs may still come. */
final class WorkerNames {
  private static final int REMEMBERED = 256;

  private final Map<WorkerId, String> names = new LinkedHashMap<>();

  void lost(LedgerWorker worker) {
    names.put(worker.id, worker.terms.name());
    if (names.size() > REMEMBERED) {
      names.remove(names.keySet().iterator().next());
    }
  }

  String of(WorkerId id) {
    return names.getOrDefault(id, "a worker that is gone");
  }
}
