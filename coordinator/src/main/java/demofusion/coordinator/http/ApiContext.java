package demofusion.coordinator.http;

import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.coordinator.usage.UsageLedger;
import java.util.concurrent.Executor;

/**
 * What a {@link GuestApi} finds here.
 *
 * @param files threads that may wait for a disk
 */
public record ApiContext(
    FarmGateway farm,
    RequestBodies bodies,
    JobEvents events,
    OpenStreams streams,
    Executor files,
    HttpLimits limits,
    ModelStore store,
    AuditLog auditLog,
    UsageLedger usage) {}
