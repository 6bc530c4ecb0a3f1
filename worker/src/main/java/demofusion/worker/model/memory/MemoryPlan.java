package demofusion.worker.model.memory;

import demofusion.protocol.DemofusionException;
import demofusion.worker.model.memory.MemoryDemand.Group;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What of a model stays on a device of some size, so that everything that a render does finds room
 * there. What costs least goes first: text towers are wanted once for each picture, the VAE a few
 * times; then the UNet makes room while those two work; and only where even the UNet alone is too
 * large do layers of it stay in host memory and come for each forward. None of it changes a bit.
 * What stays is what the model itself leaves room for; what comes beside it (ControlNets and such)
 * may have text encoders and VAE leave too.
 *
 * @param textLeaves whether the towers are there only while prompts are read
 * @param vaeLeaves whether the VAE is there only while it works
 * @param unetLeavesForText whether the UNet goes while prompts are read
 * @param unetLeavesForPictures whether the UNet goes while the VAE works
 * @param streamed layers that come from host memory in each forward, in the order of a forward
 */
public record MemoryPlan(
    MemoryDemand demand,
    long sizeBytes,
    boolean textLeaves,
    boolean vaeLeaves,
    boolean unetLeavesForText,
    boolean unetLeavesForPictures,
    List<Group> streamed) {
  /** Samples in a forward that there is room for: four guided views, else one, else half of it. */
  private static final List<Integer> COMFORTABLE_SAMPLES = List.of(8, 2);

  private static final List<Integer> LEAST_SAMPLES = List.of(2, 1);

  private static final double GIBIBYTE = 1 << 30;

  /** What pinned memory is read with over PCIe 3 at sixteen lanes, or 4 at eight, in a second. */
  private static final double TRANSFER_BYTES = 12e9;

  public MemoryPlan {
    streamed = List.copyOf(streamed);
  }

  /** What a device is doing. */
  public enum Activity {
    TEXT,
    FORWARD,
    PICTURE
  }

  /** Everything stays, however much it is. */
  public static MemoryPlan unbounded(MemoryDemand demand) {
    return new MemoryPlan(demand, Long.MAX_VALUE, false, false, false, false, List.of());
  }

  /**
   * @param sizeBytes that the device has for the model
   * @throws DemofusionException BAD_REQUEST if no way of it fits, with the least that does
   */
  public static MemoryPlan of(MemoryDemand demand, long sizeBytes) {
    if (sizeBytes < leastBytes(demand)) {
      throw DemofusionException.badRequest(refusal(demand, sizeBytes));
    }
    for (int samples : COMFORTABLE_SAMPLES) {
      for (int leaving = 0; leaving <= 4; leaving++) {
        MemoryPlan plan =
            new MemoryPlan(
                demand, sizeBytes, leaving > 0, leaving > 1, leaving > 3, leaving > 2, List.of());
        if (plan.fits(samples)) {
          return plan;
        }
      }
    }
    for (int samples : LEAST_SAMPLES) {
      MemoryPlan plan = streaming(demand, sizeBytes, samples);
      if (plan.fits(samples)) {
        return plan;
      }
    }
    throw DemofusionException.badRequest(refusal(demand, sizeBytes));
  }

  /** As many layers stay as there is room for; those that come first in a forward go first. */
  private static MemoryPlan streaming(MemoryDemand demand, long sizeBytes, int samples) {
    long room =
        sizeBytes
            - demand.contextBytes()
            - demand.unetFixedBytes()
            - demand.passingBytes(true)
            - samples * demand.sampleBytes();
    List<Group> streamed = new ArrayList<>();
    long staying = demand.matrixBytes();
    for (Group group : demand.groups()) {
      if (staying <= room) {
        break;
      }
      streamed.add(group);
      staying -= group.bytes();
    }
    long unet = demand.contextBytes() + demand.unetFixedBytes() + staying;
    return new MemoryPlan(
        demand,
        sizeBytes,
        true,
        true,
        unet + demand.textBytes() + demand.textForwardBytes() > sizeBytes,
        unet + demand.vaeBytes() + demand.pictureBytes() > sizeBytes,
        streamed);
  }

  private boolean fits(int samples) {
    return bytes(Activity.TEXT, samples) <= sizeBytes
        && bytes(Activity.FORWARD, samples) <= sizeBytes
        && bytes(Activity.PICTURE, samples) <= sizeBytes;
  }

  /** The smallest size in which a model can be drawn with at all. */
  public static long leastBytes(MemoryDemand demand) {
    return demand.contextBytes()
        + Math.max(
            demand.unetFixedBytes() + demand.passingBytes(true) + demand.sampleBytes(),
            Math.max(
                demand.textBytes() + demand.textForwardBytes(),
                demand.vaeBytes() + demand.pictureBytes()));
  }

  private static String refusal(MemoryDemand demand, long sizeBytes) {
    long least = leastBytes(demand);
    boolean ofPictures = least == demand.contextBytes() + demand.vaeBytes() + demand.pictureBytes();
    return String.format(
        Locale.ROOT,
        "memory %s is too little for this model: the smallest that works is %d MB, %s",
        words(sizeBytes),
        (least + (1 << 20) - 1) >> 20,
        ofPictures ? "which the VAE takes" : "which its largest part takes");
  }

  /** Whether everything is on the device all the time, as without a limit. */
  public boolean isWhole() {
    return !textLeaves && !vaeLeaves && streamed.isEmpty();
  }

  /** Beside all that is there at the fullest moment. */
  public long spareBytes() {
    return sizeBytes - peakBytes(COMFORTABLE_SAMPLES.get(0));
  }

  /** Whether matrices that LoRAs change find room beside those that they replace. */
  public boolean holdsLoras() {
    return isWhole() && spareBytes() >= demand.unetBytes();
  }

  /** Matrices that come from host memory in each forward. */
  public Set<String> streamedMatrices() {
    Set<String> names = new HashSet<>();
    streamed.forEach(group -> names.addAll(group.matrices()));
    return names;
  }

  public long streamedBytes() {
    return streamed.stream().mapToLong(Group::bytes).sum();
  }

  /** Of the UNet, as long as it is there. */
  public long residentUnetBytes() {
    return demand.unetBytes() - streamedBytes();
  }

  /** What comes beside it for the length of one product, as what LoRAs changed may do too. */
  public long passingBytes() {
    return demand.passingBytes(!isWhole());
  }

  /**
   * The most that is on the device meanwhile.
   *
   * @param samples in a forward
   */
  public long bytes(Activity activity, int samples) {
    long staying =
        demand.contextBytes()
            + (textLeaves && activity != Activity.TEXT ? 0 : demand.textBytes())
            + (vaeLeaves && activity != Activity.PICTURE ? 0 : demand.vaeBytes())
            + (isUnetThere(activity) ? residentUnetBytes() : 0);
    return staying
        + switch (activity) {
          case TEXT -> demand.textForwardBytes();
          case FORWARD -> samples * demand.sampleBytes() + passingBytes();
          case PICTURE -> demand.pictureBytes();
        };
  }

  /**
   * The same of a forward, where text encoders and VAE make room for what comes beside it.
   *
   * @param samples in it
   */
  public long leastForwardBytes(int samples) {
    return bytes(Activity.FORWARD, samples)
        - (textLeaves ? 0 : demand.textBytes())
        - (vaeLeaves ? 0 : demand.vaeBytes());
  }

  public boolean isUnetThere(Activity activity) {
    return switch (activity) {
      case TEXT -> !unetLeavesForText;
      case FORWARD -> true;
      case PICTURE -> !unetLeavesForPictures;
    };
  }

  /** How many samples a forward may have, each of the native size. */
  public int mostSamples() {
    long left = sizeBytes - bytes(Activity.FORWARD, 0);
    return (int) Math.min(Integer.MAX_VALUE, left / Math.max(1, demand.sampleBytes()));
  }

  /**
   * The most that is ever on the device.
   *
   * @param samples in a forward
   */
  public long peakBytes(int samples) {
    long most = 0;
    for (Activity activity : Activity.values()) {
      most = Math.max(most, bytes(activity, samples));
    }
    return most;
  }

  /** What was chosen and what it costs, in one sentence. */
  public String sentence() {
    List<String> choices = new ArrayList<>();
    if (isWhole()) {
      choices.add("everything stays on the device");
    }
    if (textLeaves) {
      choices.add("the text encoders are there only while prompts are encoded");
    }
    if (vaeLeaves) {
      choices.add("the VAE comes when it is needed");
    }
    if (unetLeavesForPictures || unetLeavesForText) {
      choices.add(
          String.format(
              Locale.ROOT,
              "the UNet leaves meanwhile (%s to read again afterwards)",
              words(residentUnetBytes())));
    }
    if (!streamed.isEmpty()) {
      choices.add(
          String.format(
              Locale.ROOT,
              "%s of the UNet stream from host memory in each forward pass (about %.2f s)",
              words(streamedBytes()),
              streamedBytes() / TRANSFER_BYTES));
    }
    return String.format(
        Locale.ROOT,
        "memory %s: %s; up to %s are used with one guided tile at a time",
        words(sizeBytes),
        String.join(", ", choices),
        words(peakBytes(Math.min(2, mostSamples()))));
  }

  /**
   * The same for a log: the size, where text encoders, VAE and UNet are, streamed bytes, the peak,
   * the sentence.
   */
  public Object[] fields() {
    return new Object[] {
      sizeBytes,
      textLeaves ? "comes" : "stays",
      vaeLeaves ? "comes" : "stays",
      unetLeavesForText || unetLeavesForPictures ? "comes" : "stays",
      streamedBytes(),
      peakBytes(Math.min(2, mostSamples())),
      sentence()
    };
  }

  private static String words(long bytes) {
    double gibibytes = bytes / GIBIBYTE;
    return gibibytes < 1
        ? String.format(Locale.ROOT, "%.1f MiB", 1024 * gibibytes)
        : String.format(Locale.ROOT, "%.1f GiB", gibibytes);
  }
}
