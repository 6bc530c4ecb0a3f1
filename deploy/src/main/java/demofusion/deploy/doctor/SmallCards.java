package demofusion.deploy.doctor;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.VaeConfig;
import demofusion.worker.model.memory.MemoryDemand;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.memory.MemoryPlan.Activity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a GPU can do that has less free memory than a model needs: what of it would stay there, and
 * what would let more of it stay.
 */
final class SmallCards {
  /** The VAE that SDXL came with, by its configuration. */
  private static final int[] SDXL_CHANNELS = {128, 256, 512, 512};

  private static final int SDXL_LATENT_CHANNELS = 4;
  private static final double SDXL_SCALE = 0.13025;

  private final Architecture model;
  private final long beside;

  /**
   * @param beside weights of ControlNets and of what is like them
   */
  SmallCards(Architecture model, long beside) {
    this.model = model;
    this.beside = beside;
  }

  Check check(String subject, String found, long freeBytes) {
    MemoryDemand demand = demand(model, Precision.FLOAT16);
    List<String> advice = advice(freeBytes);
    long least = MemoryPlan.leastBytes(demand);
    if (least > freeBytes) {
      advice.add(0, "free GPU memory, or use --device cpu");
      return Check.warn(
          subject, found + ", and at least " + SystemChecks.gib(least), String.join("; ", advice));
    }
    MemoryPlan plan = MemoryPlan.of(demand, freeBytes);
    long networks = beside * Precision.FLOAT16.bytes();
    long drawing = plan.leastForwardBytes(2) + networks;
    if (drawing > freeBytes) {
      advice.add(
          0,
          "free GPU memory, take smaller or fewer networks (or one after the other), or a larger GPU");
      return Check.warn(
          subject,
          "%s; one guided tile with all of them takes %s"
              .formatted(found, SystemChecks.gib(drawing)),
          String.join("; ", advice));
    }
    return new Check(
        subject,
        Check.Verdict.OK,
        found
            + "; so with "
            + plan.sentence()
            + (plan.bytes(Activity.FORWARD, 2) + networks > freeBytes
                ? "; text encoders and VAE leave while tiles are drawn"
                : ""),
        String.join("; ", advice));
  }

  /** What lets the model in, or spares it streaming or leaving. */
  private List<String> advice(long freeBytes) {
    List<String> advice = new ArrayList<>();
    MemoryDemand demand = demand(model, Precision.FLOAT16);
    if (isSdxlsOwnVae(model.vae())) {
      MemoryDemand fixed = demand(withFixedVae(), Precision.FLOAT16);
      advice.add(
          "--vae with sdxl-vae-fp16-fix (madebyollin's: SDXL's own VAE overflows in float16 and so"
              + " runs in float32) takes "
              + SystemChecks.gib(demand.pictureBytes() - fixed.pictureBytes())
              + " less to decode");
    }
    if (mustStream(demand, freeBytes)
        && !mustStream(demand(model, Precision.FLOAT16_FLOAT8), freeBytes)) {
      advice.add("--weights float8 lets the whole UNet stay and changes the image slightly");
    }
    return advice;
  }

  private static boolean mustStream(MemoryDemand demand, long freeBytes) {
    return MemoryPlan.leastBytes(demand) > freeBytes
        || !MemoryPlan.of(demand, freeBytes).streamed().isEmpty();
  }

  /** Whether the fp16 fix is a fix of this VAE. */
  private static boolean isSdxlsOwnVae(VaeConfig vae) {
    return vae.forceUpcast()
        && Arrays.equals(vae.channels(), SDXL_CHANNELS)
        && vae.latentChannels() == SDXL_LATENT_CHANNELS
        && vae.scalingFactor() == SDXL_SCALE;
  }

  private Architecture withFixedVae() {
    return new Architecture(
        model.name(), model.towers(), model.unet(), model.vae().withoutUpcast(), model.scheduler());
  }

  private static MemoryDemand demand(Architecture model, Precision precision) {
    return MemoryDemand.of(model, precision, true);
  }
}
