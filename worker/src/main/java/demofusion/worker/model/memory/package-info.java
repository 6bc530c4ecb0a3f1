/**
 * What of a model stays on a device of some size, decided from configurations alone: {@link
 * demofusion.worker.model.memory.MemoryPlan} (read first) of a {@link
 * demofusion.worker.model.memory.MemoryDemand}; {@link demofusion.worker.model.memory.DeviceLedger}
 * keeps account of what is there. Who carries it out is {@code worker.model.network}.
 */
@NullMarked
package demofusion.worker.model.memory;

import org.jspecify.annotations.NullMarked;
