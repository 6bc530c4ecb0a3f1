package demofusion.deploy.selftest.check;

import demofusion.deploy.plan.MemoryNeed;
import demofusion.deploy.plan.MemoryNeed.Precisions;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.folder.Architecture;
import java.util.List;
import java.util.Optional;

/**
 * A batch that cannot fit is handed back as OUT_OF_MEMORY, and the next one is drawn as if nothing
 * had been: with the bits that it had before.
 */
public final class OutOfMemoryCheck implements SelftestCheck {
  /** So much larger than the device, as plan counts, that the first layers fail already. */
  private static final int TIMES_TOO_LARGE = 2;

  private static final int MOST_VALUES = 1 << 29;

  private final Architecture architecture;

  /**
   * @param architecture of the tested model
   */
  public OutOfMemoryCheck(Architecture architecture) {
    this.architecture = architecture;
  }

  @Override
  public String name() {
    return "out of memory";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    String subject = "a unit too large";
    Optional<DeviceMemory> memory = device.model().memory();
    if (!device.isGpu()) {
      return List.of(
          Finding.skip(name(), subject, "a CPU's memory is this machine's and is not filled up"));
    }
    if (memory.isEmpty()) {
      return List.of(
          Finding.skip(name(), subject, "the driver does not tell how much memory there is"));
    }
    Probe probe = new Probe(device.model(), device.threads(), device.quick());
    Tensor small = probe.tiles(1, probe.side(), probe.side());
    Tensor before = probe.noise(small, GuidanceHalf.BOTH);
    long views = tooMany(device, probe, memory.get().sizeBytes());
    if (views * small.values().length > heapForTiles()) {
      return List.of(
          Finding.skip(
              name(),
              subject,
              views
                  + " tiles, which would be too many, do not fit the Java heap: raise it with"
                  + " DEMOFUSION_JAVA_OPTS=-Xmx…"));
    }
    Finding handedBack = handedBack(probe, (int) views);
    Tensor after = probe.noise(small, GuidanceHalf.BOTH);
    return List.of(
        handedBack,
        after.equals(before)
            ? Finding.pass(name(), "the next unit", "drawn, with the bits that it had before")
            : Finding.fail(name(), "the next unit", "it has other bits than before"));
  }

  private Finding handedBack(Probe probe, int views) {
    String subject = views + " tiles at once";
    try {
      probe.noise(probe.tiles(views, probe.side(), probe.side()), GuidanceHalf.BOTH);
      return Finding.skip(name(), subject, "they fit, so plan asks for far too much memory");
    } catch (DemofusionException e) {
      return e.code() == FailureCode.OUT_OF_MEMORY
          ? Finding.pass(name(), subject, "handed back: " + e.userMessage())
          : Finding.fail(name(), subject, "handed back as " + e.code() + ": " + e.userMessage());
    }
  }

  private long tooMany(SelftestDevice device, Probe probe, long deviceBytes) {
    long each =
        MemoryNeed.ofForwards(
                new LatentExtent(probe.side(), probe.side()),
                2,
                architecture,
                Precisions.of(architecture, device.precision()),
                true,
                1)
            .forwardBytes();
    return TIMES_TOO_LARGE * deviceBytes / Math.max(1, each) + 1;
  }

  /** The tiles are made here, and copied once on their way. */
  private static long heapForTiles() {
    return Math.min(MOST_VALUES, Runtime.getRuntime().maxMemory() / (4L * Float.BYTES));
  }
}
