package demofusion.worker.model.network;

import demofusion.protocol.model.Additions;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.LoraStatistics;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.lora.LoraSet;
import demofusion.worker.model.lora.MergedNetworks;
import demofusion.worker.model.memory.SecondAttempt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model's UNet and text towers, with the LoRAs in them that work names. Both are kept for
 * themselves: a job's prompts are encoded once, and its UNet is wanted a thousand times.
 */
final class LoraNetworks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoraNetworks.class);
  private static final double NANOS = 1e9;

  /** Where a device does not tell how much memory it has. */
  private static final long MOST_BYTES = 4L << 30;

  private final ModelFolder folder;
  private final AdditionFiles files;
  private final NoiseNetwork unet;
  private final PromptEncoder prompts;
  private final int numberBytes;
  private final boolean onDevice;
  private final MergedNetworks<List<LoraUse>, NoiseNetwork> unets;
  private final MergedNetworks<List<LoraUse>, PromptEncoder> encoders;
  private final AtomicLong merges = new AtomicLong();
  private final AtomicLong mergeNanos = new AtomicLong();

  /**
   * @param unet without anything in it; stays its owner's, as the encoder does
   */
  LoraNetworks(
      ModelFolder folder,
      AdditionFiles files,
      NoiseNetwork unet,
      PromptEncoder prompts,
      Precision precision,
      Supplier<Optional<DeviceMemory>> memory,
      ModelMemory modelMemory) {
    this.folder = folder;
    this.files = files;
    this.unet = unet;
    this.prompts = prompts;
    this.numberBytes = precision.bytes();
    this.onDevice = modelMemory.keepsLorasOnDevice();
    LongSupplier most = () -> modelMemory.mostLoraBytes().orElseGet(() -> mostBytes(memory.get()));
    this.unets = new MergedNetworks<>(unet, this::unetWith, most);
    this.encoders = new MergedNetworks<>(prompts, this::encoderWith, most);
  }

  /**
   * Does work beside the sets: where the device is full, those that nobody computes with go, and it
   * is tried once more.
   */
  <R> R beside(Supplier<R> work) {
    return onDevice ? SecondAttempt.of(work, this::letUnusedGo) : work.get();
  }

  private boolean letUnusedGo() {
    long before = bytes();
    boolean anyUnet = unets.closeUnused();
    boolean any = encoders.closeUnused() || anyUnet;
    if (any) {
      LOG.info("event=loras-let-go freed={} kept={}", before - bytes(), bytes());
    }
    return any;
  }

  /** Half of what is free, beside what is held already: forwards need the other half. */
  private long mostBytes(Optional<DeviceMemory> memory) {
    return memory
        .map(now -> bytes() + Math.max(0, now.sizeBytes() - now.usedBytes()) / 2)
        .orElse(MOST_BYTES);
  }

  private long bytes() {
    return unets.bytes() + encoders.bytes();
  }

  /** Computes with the UNet as these additions make it. */
  <R> R withUnet(Additions additions, Function<NoiseNetwork, R> forward) {
    List<LoraUse> uses = new ArrayList<>();
    for (LoraUse use : additions.loras()) {
      if (use.weight() != 0) {
        uses.add(new LoraUse(use.name(), use.hash(), use.weight(), 0));
      }
    }
    return uses.isEmpty() ? forward.apply(unet) : unets.with(uses, forward);
  }

  /** Reads prompts with the text towers as these additions make them. */
  <R> R withTowers(Additions additions, Function<PromptEncoder, R> reading) {
    List<LoraUse> uses = new ArrayList<>();
    for (LoraUse use : additions.loras()) {
      if (use.textWeight() != 0) {
        uses.add(new LoraUse(use.name(), use.hash(), 0, use.textWeight()));
      }
    }
    return uses.isEmpty() ? reading.apply(prompts) : encoders.with(uses, reading);
  }

  private MergedNetworks.Making<NoiseNetwork> unetWith(List<LoraUse> uses) {
    LoraSet set = LoraSet.ofUnet(folder, uses, files);
    return making(
        "unet",
        uses,
        List.of(set),
        () -> SecondAttempt.of(() -> unet.with(set), encoders::closeUnused));
  }

  private MergedNetworks.Making<PromptEncoder> encoderWith(List<LoraUse> uses) {
    List<LoraSet> sets = new ArrayList<>();
    for (int tower = 0; tower < folder.towers().size(); tower++) {
      sets.add(LoraSet.ofTower(folder, tower, uses, files));
    }
    return making(
        "text", uses, sets, () -> SecondAttempt.of(() -> prompts.with(sets), unets::closeUnused));
  }

  private <N> MergedNetworks.Making<N> making(
      String network, List<LoraUse> uses, List<LoraSet> sets, Supplier<N> make) {
    long bytes = numberBytes * sets.stream().mapToLong(LoraSet::size).sum();
    return new MergedNetworks.Making<>() {
      @Override
      public long bytes() {
        return bytes;
      }

      @Override
      public @Nullable N make() {
        if (bytes == 0) {
          return null;
        }
        long begun = System.nanoTime();
        N made = make.get();
        long nanos = System.nanoTime() - begun;
        merges.incrementAndGet();
        mergeNanos.addAndGet(nanos);
        LOG.info(
            "event=loras-merged network={} loras=\"{}\" tensors={} bytes={} seconds={}",
            network,
            words(uses),
            sets.stream().mapToInt(set -> set.touched().size()).sum(),
            bytes,
            nanos / NANOS);
        return made;
      }
    };
  }

  private static String words(List<LoraUse> uses) {
    return uses.stream()
        .map(use -> use.name() + ":" + (use.weight() == 0 ? use.textWeight() : use.weight()))
        .collect(Collectors.joining(", "));
  }

  LoraStatistics statistics() {
    return new LoraStatistics(
        unets.count() + encoders.count(), bytes(), merges.get(), mergeNanos.get() / NANOS);
  }

  @Override
  public void close() {
    unets.close();
    encoders.close();
  }
}
