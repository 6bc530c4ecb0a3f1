package demofusion.deploy.selftest.check;

import demofusion.deploy.plan.MemoryNeed;
import demofusion.deploy.plan.MemoryNeed.Precisions;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.deploy.terminal.ByteSizes;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.memory.MemoryDemand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a forward of four tiles leaves taken, against what {@code plan} foretells. It is asked
 * before anything else has been on the device: libtorch keeps what it had once.
 */
public final class MemoryCheck implements SelftestCheck {
  private static final int VIEWS = 4;

  /** A driver's answer holds that long. */
  private static final Duration SETTLES = Duration.ofMillis(5_100);

  /** Workspaces, and what the allocator rounds up to. */
  private static final double MOST_SHARE = 1.2;

  private final Architecture architecture;
  private final @Nullable DeviceMemory before;
  private final Duration settles;

  /**
   * @param architecture of the tested model
   * @param before any model was on the device; null where it does not tell
   */
  public MemoryCheck(Architecture architecture, @Nullable DeviceMemory before) {
    this(architecture, before, SETTLES);
  }

  MemoryCheck(Architecture architecture, @Nullable DeviceMemory before, Duration settles) {
    this.architecture = architecture;
    this.before = before;
    this.settles = settles;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    if (!device.isGpu()) {
      return List.of(
          Finding.skip(name(), "forecast", "a CPU shares its memory with everything else here"));
    }
    Probe probe = new Probe(device.model(), device.threads(), device.quick());
    try {
      probe.noise(probe.tiles(VIEWS, probe.side(), probe.side()), GuidanceHalf.BOTH);
    } catch (DemofusionException e) {
      if (e.code() != FailureCode.OUT_OF_MEMORY) {
        throw e;
      }
      return List.of(
          Finding.skip(
              name(), "forecast", VIEWS + " tiles do not fit the device: " + e.userMessage()));
    }
    Optional<DeviceMemory> after = settled(device);
    if (before == null || after.isEmpty()) {
      return List.of(Finding.skip(name(), "forecast", "the driver does not tell what is taken"));
    }
    MemoryNeed need =
        MemoryNeed.ofForwards(
            new LatentExtent(probe.side(), probe.side()),
            2 * VIEWS,
            architecture,
            Precisions.of(architecture, device.precision()),
            true,
            1);
    long weights = MemoryDemand.of(architecture, device.precision(), true).weightBytes();
    return List.of(judge(after.get().usedBytes() - before.usedBytes(), weights, need.bytes()));
  }

  private Finding judge(long taken, long weights, long foretold) {
    if (taken < weights) {
      // Weights that stream on a small card, others' memory that came free, or a driver that hides.
      return Finding.skip(
          name(),
          "forecast",
          "the driver shows less than the weights alone: %s of %s"
              .formatted(ByteSizes.words(Math.max(0, taken)), ByteSizes.words(weights)));
    }
    String sentence =
        "%d tiles take %s; plan foretells %s"
            .formatted(VIEWS, ByteSizes.words(Math.max(0, taken)), ByteSizes.words(foretold));
    double share = taken / (double) foretold;
    boolean passes = share <= MOST_SHARE;
    return new Finding(
        name(),
        "forecast",
        passes ? Finding.Verdict.PASS : Finding.Verdict.FAIL,
        passes ? sentence : sentence + ", so it would promise what does not fit",
        share,
        MOST_SHARE);
  }

  private Optional<DeviceMemory> settled(SelftestDevice device) {
    try {
      Thread.sleep(settles.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return device.model().memory();
  }
}
