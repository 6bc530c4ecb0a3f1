package demofusion.deploy.plan;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.memory.MemoryDemand;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.memory.MemoryPlan.Activity;
import org.jspecify.annotations.Nullable;

/**
 * What a picture takes on a device on which perhaps not everything stays: what a worker there would
 * choose, and the most that is in use then.
 *
 * @param hasBytes what there is; 0: not known
 * @param sentence what was chosen; null where everything stays
 */
record FittedMemory(long needBytes, long hasBytes, @Nullable String sentence) {
  /**
   * @param deviceBytes of the device; 0: not known
   * @throws DemofusionException BAD_REQUEST if a size was given that is too little for the model
   */
  static FittedMemory of(
      MemoryNeed need,
      Architecture model,
      Precision precision,
      boolean isGpu,
      long deviceBytes,
      MemoryLimit limit) {
    long size = limit.bytes().orElse(deviceBytes);
    if (size == 0 || need.bytes() <= size) {
      return new FittedMemory(need.bytes(), size, null);
    }
    MemoryDemand demand = MemoryDemand.of(model, precision, isGpu);
    if (limit.bytes().isEmpty() && size < MemoryPlan.leastBytes(demand)) {
      return new FittedMemory(need.bytes(), size, null);
    }
    MemoryPlan plan = MemoryPlan.of(demand, size);
    long forward = plan.bytes(Activity.FORWARD, 0) + need.forwardBytes();
    long picture = plan.bytes(Activity.PICTURE, 0) - demand.pictureBytes() + need.decodingBytes();
    long most = Math.max(plan.bytes(Activity.TEXT, 0), Math.max(forward, picture));
    return new FittedMemory(most, size, plan.sentence());
  }
}
