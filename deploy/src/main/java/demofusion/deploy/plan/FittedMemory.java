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
    ConditionNeed beside = need.conditions();
    long staying = plan.bytes(Activity.FORWARD, 0) + need.forwardBytes();
    boolean makeRoom =
        staying + beside.forwardBytes() > size
            && plan.leastForwardBytes(0) < plan.bytes(Activity.FORWARD, 0);
    long unet = makeRoom ? plan.leastForwardBytes(0) + need.forwardBytes() : staying;
    boolean takeTurns =
        beside.hasSeveralControls()
            && unet + beside.forwardBytes() > size
            && unet + beside.leastForwardBytes() <= size;
    long forward = unet + (takeTurns ? beside.leastForwardBytes() : beside.forwardBytes());
    long pictures = plan.bytes(Activity.PICTURE, 0) - demand.pictureBytes();
    long seldom =
        (plan.textLeaves() ? 0 : demand.textBytes()) + demand.vaeBytes(); // gone for an encoder
    long encoding = pictures + beside.encodingBytes();
    long picture =
        Math.max(pictures + need.decodingBytes(), encoding > size ? encoding - seldom : encoding);
    long most = Math.max(plan.bytes(Activity.TEXT, 0), Math.max(forward, picture));
    return new FittedMemory(
        most,
        size,
        plan.sentence()
            + (makeRoom && most <= size
                ? "; text encoders and VAE leave while tiles are drawn"
                : "")
            + sentence(beside, takeTurns, most > size));
  }

  /** What becomes of what steers the image there, behind what becomes of the model. */
  private static String sentence(ConditionNeed beside, boolean takeTurns, boolean tooMuch) {
    if (takeTurns) {
      return "; its ControlNets fit one at a time only, so one of them is copied there again for"
          + " each forward pass";
    }
    return tooMuch && !beside.rows().isEmpty()
        ? "; what steers the image finds no room beside the UNet there, and a worker would hand the"
            + " work back: take fewer or smaller networks, or a larger device"
        : "";
  }
}
