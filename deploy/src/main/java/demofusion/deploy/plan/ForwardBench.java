package demofusion.deploy.plan;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Forwards of one network on one device, timed from this side of the seam, with as many at once as
 * the device takes.
 */
public final class ForwardBench {
  private static final Guidance GUIDANCE = new Guidance(7.5f, 0);
  private static final float MIDDLE_TIMESTEP = 500;
  private static final int WARM_UPS = 2;
  private static final int SEED = 1;

  private final DiffusionModel model;
  private final int threads;

  /**
   * @param threads CPU threads of one forward
   */
  public ForwardBench(DiffusionModel model, int threads) {
    this.model = model;
    this.threads = threads;
  }

  /**
   * What was measured.
   *
   * @param forwards that were timed, on all lanes together
   * @param lanes forwards at once
   * @param medianSeconds of one forward
   * @param forwardsPerSecond of all lanes together
   */
  public record Timing(int forwards, int lanes, double medianSeconds, double forwardsPerSecond) {}

  /**
   * The UNet with guidance, on tiles of the given size.
   *
   * @param views guided views per forward
   */
  public Timing unet(LatentExtent tile, int views, int forwards) {
    return time(unet(tile, views, GuidanceHalf.BOTH), forwards);
  }

  /**
   * One forward of the UNet, to be timed.
   *
   * @param half one half of the guidance, or both
   */
  public Runnable unet(LatentExtent tile, int views, GuidanceHalf half) {
    AssetId id = new AssetId("bench");
    WorkResult.EncodedText text =
        model.encodeText(new Work.EncodeText(Prompts.of("a lighthouse"), true));
    JobAssets assets = JobAssets.of(text.toConditioning(id));
    int channels = model.card().geometry().tileChannels();
    PixelExtent pixels = tile.toPixels(model.card().geometry().vaeScaleFactor());
    MicroConditioning conditioning =
        new MicroConditioning(
            pixels.height(), pixels.width(), 0, 0, pixels.height(), pixels.width());
    Work.PredictNoise work =
        new Work.PredictNoise(
            gaussian(views, channels, tile.height(), tile.width()),
            MIDDLE_TIMESTEP,
            Collections.nCopies(views, conditioning),
            Collections.nCopies(views, id),
            GUIDANCE,
            half,
            threads);
    return () -> model.predictNoise(work, assets);
  }

  /** The VAE's decoder on a whole latent of the native size. */
  public Timing vae(int forwards) {
    ModelGeometry geometry = model.card().geometry();
    int side = geometry.sampleSize();
    Tensor latent = gaussian(geometry.latentChannels(), side, side);
    Work.DecodeLatent work = new Work.DecodeLatent(latent, AssetId.NONE, threads);
    return time(() -> model.decode(work, null), forwards);
  }

  /** With all lanes busy, after a warm-up. */
  public Timing time(Runnable forward, int forwards) {
    int lanes = model.lanes(threads);
    int each = Math.max(1, (forwards + lanes - 1) / lanes);
    ExecutorService executor = Executors.newFixedThreadPool(lanes);
    try {
      runLanes(executor, lanes, forward, WARM_UPS); // each lane's thread warms up by itself
      long began = System.nanoTime();
      double[] seconds = runLanes(executor, lanes, forward, each);
      double elapsed = (System.nanoTime() - began) / 1e9;
      Arrays.sort(seconds);
      return new Timing(
          seconds.length, lanes, seconds[seconds.length / 2], seconds.length / elapsed);
    } finally {
      executor.shutdownNow();
    }
  }

  private static double[] runLanes(
      ExecutorService executor, int lanes, Runnable forward, int each) {
    List<Future<double[]>> results = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      results.add(executor.submit(() -> timeEach(forward, each)));
    }
    return results.stream().map(ForwardBench::join).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] timeEach(Runnable forward, int count) {
    double[] seconds = new double[count];
    for (int n = 0; n < count; n++) {
      long began = System.nanoTime();
      forward.run();
      seconds[n] = (System.nanoTime() - began) / 1e9;
    }
    return seconds;
  }

  private static double[] join(Future<double[]> result) {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }

  /** Noise, always the same. */
  public static Tensor gaussian(int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(SEED);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = (float) random.nextGaussian();
    }
    return tensor;
  }
}
