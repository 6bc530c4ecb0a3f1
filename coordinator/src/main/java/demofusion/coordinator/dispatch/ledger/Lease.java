package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.LeaseId;

/**
 * A batch in the hands of a worker.
 *
 * @param isCopy whether somebody else has it too, and the first answer counts
 */
public record Lease(LeaseId id, WorkerId worker, boolean isCopy) {}
