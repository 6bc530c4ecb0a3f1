package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.audit.AuditTally;
import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.WorkerAccount;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.model.ModelCard;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What roster and ledger know of workers, as people see it. */
final class WorkerViews {
  /** Who knows something of workers. */
  record Known(WorkerRoster roster, LeaseLedger ledger, WorkerPauses pauses, AuditTally audits) {}

  private WorkerViews() {}

  /** Those that have introduced themselves, in the order in which they came. */
  static List<WorkerView> all(Known known) {
    return known.roster().all().stream().flatMap(entry -> view(entry, known).stream()).toList();
  }

  /** The latest of that name. */
  static @Nullable WorkerView named(String name, Known known) {
    return all(known).stream()
        .filter(view -> view.name().equals(name))
        .reduce((earlier, later) -> later)
        .orElse(null);
  }

  private static Optional<WorkerView> view(WorkerRoster.Entry entry, Known known) {
    Introduce introduction = entry.introduction();
    if (introduction == null) {
      return Optional.empty();
    }
    ModelCard card = introduction.model();
    Optional<AuditTally.Account> audited = known.audits().of(introduction.name());
    Optional<Instant> pausedUntil = known.pauses().end(introduction.name());
    return known
        .ledger()
        .account(entry.id())
        .map(
            account ->
                new WorkerView(
                    introduction.name(),
                    state(account, pausedUntil.isPresent()),
                    reason(account, pausedUntil),
                    card.name(),
                    card.hash(),
                    card.precision().toString(),
                    card.device(),
                    card.geometry().nativeSide(),
                    introduction.lanes(),
                    introduction.credits(),
                    account.inFlight(),
                    account.completed(),
                    account.failed(),
                    account.viewsPerSecond(),
                    audited.map(AuditTally.Account::audited).orElse(null),
                    audited.map(AuditTally.Account::lies).orElse(null),
                    entry.since()));
  }

  private static WorkerView.State state(WorkerAccount account, boolean isPaused) {
    if (isPaused) {
      return account.inFlight() > 0 ? WorkerView.State.PAUSING : WorkerView.State.PAUSED;
    }
    if (account.isDrained()) {
      return account.inFlight() > 0 ? WorkerView.State.DRAINING : WorkerView.State.DRAINED;
    }
    return account.quarantineReason().isPresent() ? WorkerView.State.ASIDE : WorkerView.State.READY;
  }

  private static @Nullable String reason(WorkerAccount account, Optional<Instant> pausedUntil) {
    if (pausedUntil.isPresent()) {
      return pausedUntil.get().equals(WorkerPauses.OPEN)
          ? "paused until it is resumed"
          : "paused until " + pausedUntil.get().truncatedTo(ChronoUnit.SECONDS);
    }
    if (account.isDrained()) {
      return "drained by an operator";
    }
    return account.quarantineReason().orElse(null);
  }
}
