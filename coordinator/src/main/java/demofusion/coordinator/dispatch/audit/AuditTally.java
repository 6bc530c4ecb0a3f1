package demofusion.coordinator.dispatch.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How often each worker's answers were compared, by name, and how often they were wrong. */
public final class AuditTally {
  private static final int MOST_NAMES = 10_000; // names may be made up anew with each start

  /**
   * Of one worker.
   *
   * @param audited answers that were compared
   * @param lies those of them that were wrong
   */
  public record Account(long audited, long lies) {}

  private final Map<String, Account> accounts = new LinkedHashMap<>();

  public void audited(String worker) {
    add(worker, 1, 0);
  }

  public void lied(String worker) {
    add(worker, 0, 1);
  }

  private void add(String worker, long audited, long lies) {
    accounts.merge(
        worker,
        new Account(audited, lies),
        (one, other) -> new Account(one.audited() + audited, one.lies() + lies));
    if (accounts.size() > MOST_NAMES) {
      accounts.remove(accounts.keySet().iterator().next());
    }
  }

  /** Empty if nothing of it was ever compared. */
  public Optional<Account> of(String worker) {
    return Optional.ofNullable(accounts.get(worker));
  }
}
