package demofusion.worker.model.network;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.memory.AttentionSlices;
import demofusion.worker.model.memory.DeviceLedger;
import demofusion.worker.model.memory.MemoryDemand;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.memory.MemoryPlan.Activity;
import demofusion.worker.model.memory.SecondAttempt;
import demofusion.worker.model.torch.TorchDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a model's networks are on a device of so much memory, and what each piece of work takes
 * there. Where everything fits, nothing leaves before something else finds no room; on a CPU
 * without a limit nothing is reckoned at all.
 */
final class ModelMemory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelMemory.class);

  /** Of sets of LoRAs that stay in host memory. */
  private static final long MOST_HOST_BYTES = 8L << 30;

  private final Architecture model;
  private final Precision precision;
  private final Precision picturePrecision;
  private final NetworkPlacements placements;
  private final MemoryPlan plan;
  private final boolean isLimited;
  private final boolean networksMove;
  private final long ledgerBytes;
  private final List<BooleanSupplier> forwardOnly = new ArrayList<>();
  private @Nullable Residency residency;

  private ModelMemory(
      Architecture model,
      Precision precision,
      NetworkPlacements placements,
      MemoryPlan plan,
      boolean isLimited,
      boolean networksMove,
      long ledgerBytes) {
    this.model = model;
    this.precision = precision;
    this.picturePrecision = model.vae().forceUpcast() ? Precision.FLOAT32 : precision;
    this.placements = placements;
    this.plan = plan;
    this.isLimited = isLimited;
    this.networksMove = networksMove;
    this.ledgerBytes = ledgerBytes;
  }

  /**
   * Decides. A size that was given counts, whatever the device has; what a GPU has free is no such
   * limit, since the device itself refuses what it cannot hold.
   *
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST if a size that was given is too
   *     little
   */
  static ModelMemory of(
      ModelFolder folder, TorchDevice device, Precision precision, MemoryLimit limit) {
    Architecture model = folder.architecture();
    MemoryDemand demand = MemoryDemand.of(model, precision, device.isGpu());
    boolean isGiven = limit.bytes().isPresent();
    MemoryPlan plan =
        isGiven
            ? MemoryPlan.of(demand, limit.bytes().getAsLong())
            : freeBytes(device)
                .map(free -> MemoryPlan.of(demand, Math.max(free, MemoryPlan.leastBytes(demand))))
                .orElse(MemoryPlan.unbounded(demand));
    int mostQueries = AttentionSlices.mostQueries(device.computeCapability());
    boolean isLimited = isGiven || !plan.isWhole();
    boolean networksMove = isLimited || device.isGpu();
    NetworkPlacements placements = NetworkPlacements.of(plan, precision, mostQueries, networksMove);
    if (isLimited) {
      LOG.info(
          "event=memory-planned size={} text={} vae={} unet={} streamed={} peak={} note=\"{}\"",
          plan.fields());
    }
    return new ModelMemory(
        model,
        precision,
        placements,
        plan,
        isLimited,
        networksMove,
        isGiven ? plan.sizeBytes() : Long.MAX_VALUE);
  }

  private static Optional<Long> freeBytes(TorchDevice device) {
    return device.isGpu()
        ? device.memory().map(memory -> Math.max(0, memory.sizeBytes() - memory.usedBytes()))
        : Optional.empty();
  }

  NetworkPlacements placements() {
    return placements;
  }

  /** The networks are there, or wait to be called. */
  void place(Networks networks) {
    if (networksMove) {
      residency =
          new Residency(
              plan, new DeviceLedger(ledgerBytes), networks, this::leaveAfterForwards, isLimited);
    }
  }

  private boolean leaveAfterForwards() {
    boolean anyLeft = false;
    for (BooleanSupplier each : forwardOnly) {
      anyLeft |= each.getAsBoolean();
    }
    return anyLeft;
  }

  /**
   * Takes room in the ledger for what a forward of the UNet needs beside it. Text encoders and VAE
   * make it where there is none: they are called less often than anything that asks for it.
   */
  Runnable room(String what, long bytes) {
    Residency limited = residency;
    return limited == null
        ? () -> {}
        : SecondAttempt.of(() -> limited.ledger().hold(what, bytes)::close, limited::makeRoom);
  }

  /** The same where a device is asked itself; false: nothing left it. */
  boolean makeRoom() {
    Residency limited = residency;
    return limited != null && limited.makeRoom();
  }

  /**
   * What forwards of the UNet leave on the device goes for want of room and, on one of a given
   * size, before anything else is done there.
   *
   * @param leave takes it off; false: there was nothing
   */
  void onlyForForwards(BooleanSupplier leave) {
    forwardOnly.add(leave);
  }

  boolean isLimited() {
    return isLimited;
  }

  Optional<String> note() {
    return isLimited ? Optional.of(plan.sentence()) : Optional.empty();
  }

  Optional<DeviceLedger> ledger() {
    return Optional.ofNullable(residency).map(Residency::ledger);
  }

  /** What sets of LoRAs may take; empty where the device itself is asked. */
  OptionalLong mostLoraBytes() {
    if (!isLimited || ledgerBytes == Long.MAX_VALUE) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(plan.holdsLoras() ? plan.spareBytes() : MOST_HOST_BYTES);
  }

  /** Whether sets of LoRAs take room of the device, and none of the host. */
  boolean keepsLorasOnDevice() {
    return !isLimited || plan.holdsLoras();
  }

  <R> R reading(Supplier<R> work) {
    return during(Activity.TEXT, plan.demand().textForwardBytes(), work);
  }

  /**
   * @param tiles (views, channels, height, width)
   */
  <R> R predicting(int samples, int[] tiles, Supplier<R> work) {
    long sample = isLimited ? MemoryDemand.sampleBytes(model, tiles[2], tiles[3], precision) : 0;
    return during(Activity.FORWARD, samples * sample + plan.passingBytes(), work);
  }

  /** The VAE's work on a piece of this size in latent samples; 0: a survey, which takes less. */
  <R> R picturing(int height, int width, Supplier<R> work) {
    return during(
        Activity.PICTURE, MemoryDemand.pictureBytes(model, height, width, picturePrecision), work);
  }

  /** What takes room beside the networks, as much as a picture does. */
  <R> R beside(Supplier<R> work) {
    Residency limited = residency;
    return limited == null ? work.get() : limited.without(Activity.PICTURE, work);
  }

  private <R> R during(Activity activity, long bytes, Supplier<R> work) {
    Residency limited = residency;
    return limited == null ? work.get() : limited.during(activity, bytes, work);
  }

  @Override
  public void close() {
    Residency limited = residency;
    if (limited != null) {
      limited.close();
    }
  }
}
