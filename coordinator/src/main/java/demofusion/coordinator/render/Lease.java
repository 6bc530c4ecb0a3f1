package demofusion.coordinator.render;

import demofusion.protocol.LeaseId;

/** A batch in the hands of a worker. */
record Lease(LeaseId id, WorkerId worker) {}
