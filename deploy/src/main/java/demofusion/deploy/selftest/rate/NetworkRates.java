package demofusion.deploy.selftest.rate;

import demofusion.deploy.plan.Calibration.Forward;
import demofusion.deploy.plan.Calibration.Picture;
import demofusion.deploy.plan.ForwardBench;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.UnetCost;
import demofusion.worker.model.folder.VaeCost;
import demofusion.worker.model.torch.TorchClock;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast a model's networks are on a device, by the sizes that plans ask for: views of the native
 * size, one and more at once, and half of it. What does not fit, or would take too long, is left
 * out.
 */
final class NetworkRates {
  private static final List<Integer> VIEWS = List.of(1, 2, 4, 8, 16);
  private static final int VIEWS_WHEN_QUICK = 2;
  private static final int RUNS = 6;
  private static final double PATIENCE = 60;
  private static final double PATIENCE_WHEN_QUICK = 10;
  private static final double GAP_SECONDS = 2;
  private static final int MOST_GAP_RUNS = 200;

  private final DiffusionModel model;
  private final SelftestDevice device;
  private final Architecture architecture;
  private final ForwardBench bench;
  private final LatentExtent tile;
  private final LatentExtent half;

  NetworkRates(SelftestDevice device, Architecture architecture) {
    this.model = device.model();
    this.device = device;
    this.architecture = architecture;
    this.bench = new ForwardBench(model, device.threads());
    int side = architecture.geometry().sampleSize();
    this.tile = new LatentExtent(side, side);
    this.half = new LatentExtent(Math.max(1, side / 2), Math.max(1, side / 2));
  }

  LatentExtent tile() {
    return tile;
  }

  /** Samples that the UNet sees of one guided view. */
  int samples() {
    return architecture.unet().guidanceWidth() > 0 ? 1 : 2;
  }

  /** Of the UNet, the native size first. */
  List<Forward> forwards() {
    Patience patience = patience();
    List<Forward> forwards = new ArrayList<>();
    forwards.add(forward(tile, 1));
    if (patience.allowsMoreThan(forwards.get(0).seconds())) {
      forwards.add(forward(half, 1));
    }
    double last = forwards.get(0).seconds();
    for (int views : VIEWS.subList(1, VIEWS.size())) {
      if (!patience.allowsMoreThan(2 * last) || (device.quick() && views > VIEWS_WHEN_QUICK)) {
        break;
      }
      try {
        forwards.add(forward(tile, views));
      } catch (DemofusionException e) {
        if (e.code() != FailureCode.OUT_OF_MEMORY) {
          throw e;
        }
        break; // so many are more than it holds, and more are too
      }
      last = forwards.get(forwards.size() - 1).seconds();
    }
    return forwards;
  }

  private Forward forward(LatentExtent extent, int views) {
    double seconds = seconds(bench.unet(extent, views, GuidanceHalf.BOTH));
    double flop =
        views * samples() * UnetCost.of(architecture.unet()).flop(extent.height(), extent.width());
    return new Forward(extent.height(), extent.width(), views, seconds, flop);
  }

  /** Of the VAE: both ways, the native size and half of it. */
  List<Picture> pictures() {
    Patience patience = patience();
    List<Picture> pictures = new ArrayList<>();
    pictures.add(decoded(half));
    pictures.add(encoded(half));
    double last = pictures.get(0).seconds() + pictures.get(1).seconds();
    if (patience.allowsMoreThan(4 * last)) {
      pictures.add(decoded(tile));
      pictures.add(encoded(tile));
    }
    return pictures;
  }

  private Picture decoded(LatentExtent extent) {
    int channels = architecture.geometry().latentChannels();
    Tensor latent = ForwardBench.gaussian(channels, extent.height(), extent.width());
    Work.DecodeLatent work = new Work.DecodeLatent(latent, AssetId.NONE, device.threads());
    double seconds = seconds(() -> model.decode(work, null));
    double flop = VaeCost.of(architecture.vae()).decode(extent.height(), extent.width());
    return new Picture(Picture.DECODE, extent.height(), extent.width(), seconds, flop);
  }

  private Picture encoded(LatentExtent extent) {
    int factor = architecture.geometry().vaeScaleFactor();
    Tensor pixels = ForwardBench.gaussian(3, factor * extent.height(), factor * extent.width());
    Work.EncodePicture work = new Work.EncodePicture(pixels);
    double seconds = seconds(() -> model.encodePicture(work));
    double flop = VaeCost.of(architecture.vae()).encode(extent.height(), extent.width());
    return new Picture(Picture.ENCODE, extent.height(), extent.width(), seconds, flop);
  }

  double textSeconds() {
    Work.EncodeText work = new Work.EncodeText(Prompts.of("a lighthouse"), true);
    return bench.time(() -> model.encodeText(work), 3).medianSeconds();
  }

  /** Share of one lane's time, units done one behind the other, in which no network ran. */
  double gapShare(Forward single) {
    Runnable work = bench.unet(tile, 1, GuidanceHalf.BOTH);
    double each = single.seconds() * model.lanes(device.threads());
    int runs = (int) Math.max(3, Math.min(MOST_GAP_RUNS, GAP_SECONDS / each));
    work.run();
    long inNetworks = TorchClock.nanos();
    long began = System.nanoTime();
    for (int n = 0; n < runs; n++) {
      work.run();
    }
    double all = System.nanoTime() - began;
    double own = TorchClock.nanos() - inNetworks;
    return Math.max(0, 1 - own / all);
  }

  /** How long one takes while all lanes are busy, divided by the lanes. */
  private double seconds(Runnable work) {
    return 1 / bench.time(work, RUNS).forwardsPerSecond();
  }

  private Patience patience() {
    return new Patience(device.quick() ? PATIENCE_WHEN_QUICK : PATIENCE);
  }
}
