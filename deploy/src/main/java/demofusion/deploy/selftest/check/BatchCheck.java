package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Deviation;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
    double worst = 0;
    int worstSize = 1;
    // Of each size the last view, which stands where the batch ends; of the largest all.
    for (int size : sizes) {
      Tensor batch = probe.noise(first(all, size), GuidanceHalf.BOTH);
      for (int view = size == most ? 0 : size - 1; view < size; view++) {
        double deviation =
            Deviation.largest(Probe.row(batch, view), alone(probe, all, alone, view));
        if (deviation > worst) {
          worst = deviation;
          worstSize = size;
        }
      }
      device.progress().accept(name() + ": " + size + " of " + most);
    }
    return List.of(
        Finding.atMost(
            name(),
            "unet, 1 to " + most + " views",
            "largest difference of a view from itself alone (in " + worstSize + ")",
            worst,
            bound(device.precision())),
        halves(probe, device.precision()));
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
