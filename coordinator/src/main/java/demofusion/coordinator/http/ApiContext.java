package demofusion.coordinator.http;

import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.budget.Accounts;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.library.store.ModelStore;
import java.util.concurrent.Executor;

/**
 * What a {@link GuestApi} finds here.
 *
 * @param files threads that may wait for a disk
 * @param history threads that may read through whole files
 */
public record ApiContext(
    FarmGateway farm,
    RequestBodies bodies,
    JobEvents events,
    OpenStreams streams,
    Executor files,
    Executor history,
    HttpLimits limits,
    ModelStore store,
    AuditLog auditLog,
    Accounts accounts) {}
