package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Deviation;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The UNet with 1 to 16 views in one forward, and in halves. What is promised of a view is that its
 * batch has always the same bits, not that it has the same bits in batches of other sizes: those
 * must be as near as rounding allows.
 */
public final class BatchCheck implements SelftestCheck {
  private static final int MOST_VIEWS = 16;
  private static final List<Integer> QUICK = List.of(1, 2, 5);

  @Override
  public String name() {
    return "batches";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    Probe probe = new Probe(device.model(), device.threads(), device.quick());
    List<Integer> sizes =
        device.quick() ? QUICK : IntStream.rangeClosed(1, MOST_VIEWS).boxed().toList();
    int most = sizes.get(sizes.size() - 1);
    List<Tensor> alone = new ArrayList<>();
    Tensor all = probe.tiles(most, probe.side(), probe.side());
    Tensor largest = Tensor.zeros(0);
    int fitted = 0;
    double worst = 0;
    int worstSize = 1;
    // Of each size the last view, which stands where the batch ends; of the largest all.
    for (int size : sizes) {
      Tensor batch = fitting(probe, first(all, size));
      if (batch == null) {
        break;
      }
      fitted = size;
      largest = batch;
      double deviation = deviation(probe, all, alone, batch, size - 1);
      if (deviation > worst) {
        worst = deviation;
        worstSize = size;
      }
      device.progress().accept(name() + ": " + size + " of " + most);
    }
    for (int view = 0; view < fitted - 1; view++) {
      double deviation = deviation(probe, all, alone, largest, view);
      if (deviation > worst) {
        worst = deviation;
        worstSize = fitted;
      }
    }
    return List.of(
        Finding.atMost(
            name(),
            "unet, 1 to " + fitted + " views",
            "largest difference of a view from itself alone (in "
                + worstSize
                + (fitted == most ? "" : "; more than " + fitted + " do not fit the device")
                + ")",
            worst,
            bound(device.precision())),
        halves(probe, device.precision()));
  }

  /** Its predictions; null where a device has no room for so many views, which is no fault. */
  private static @Nullable Tensor fitting(Probe probe, Tensor batch) {
    try {
      return probe.noise(batch, GuidanceHalf.BOTH);
    } catch (DemofusionException e) {
      if (e.code() == FailureCode.OUT_OF_MEMORY && batch.shape()[0] > 1) {
        return null;
      }
      throw e;
    }
  }

  /** Of one view of a batch from what it is alone. */
  private static double deviation(
      Probe probe, Tensor all, List<Tensor> known, Tensor batch, int view) {
    return Deviation.largest(Probe.row(batch, view), alone(probe, all, known, view));
  }

  private static Tensor alone(Probe probe, Tensor all, List<Tensor> known, int view) {
    while (known.size() <= view) {
      known.add(probe.alone(all, known.size()));
    }
    return known.get(view);
  }

  private Finding halves(Probe probe, Precision precision) {
    Tensor tiles = probe.tiles(1, probe.side(), probe.side());
    Tensor combined =
        probe
            .guidance()
            .apply(
                probe.noise(tiles, GuidanceHalf.TEXT),
                probe.noise(tiles, GuidanceHalf.UNCONDITIONAL));
    return Finding.atMost(
        name(),
        "unet, halves",
        "largest difference of two halves from the whole",
        Deviation.largest(combined, probe.noise(tiles, GuidanceHalf.BOTH)),
        bound(precision));
  }

  private static Tensor first(Tensor all, int views) {
    int[] shape = all.shape().clone();
    int size = all.values().length / shape[0] * views;
    shape[0] = views;
    return new Tensor(shape, Arrays.copyOf(all.values(), size));
  }

  /** Of a guided prediction, whose guidance of 7.5 makes differences that much larger. */
  static double bound(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> 1e-4;
      case FLOAT16, FLOAT16_FAST_ACCUMULATION, FLOAT16_FLOAT8 -> 0.04;
      case BFLOAT16 -> 0.3;
    };
  }
}
