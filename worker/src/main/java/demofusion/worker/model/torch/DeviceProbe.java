package demofusion.worker.model.torch;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Layout;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.tensor.TensorSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a device does by itself, measured: products of large matrices, which no network passes, and
 * the way to it and back. Each is the median of a few rounds after one that does not count.
 */
public final class DeviceProbe implements AutoCloseable {
  private static final int ROUNDS = 5;
  private static final double SECONDS_EACH = 0.2;
  private static final int MOST_PRODUCTS = 2000;
  private static final int SIDE_ON_GPU = 8192;
  private static final int SIDE_ON_CPU = 1024;
  private static final int TRAVELLING_VALUES = 1 << 24; // 64 MiB

  private final TorchNetwork network;
  private final int side;
  private final int threads;

  private DeviceProbe(TorchNetwork network, int side, int threads) {
    this.network = network;
    this.side = side;
    this.threads = threads;
  }

  /** Bytes a second. */
  public record Transfers(double toDevice, double fromDevice) {}

  /**
   * @param threads of the CPU, where that is the device
   */
  public static DeviceProbe load(TorchDevice device, Precision precision, int threads) {
    Attributes attributes =
        new Attributes("Probe").integer("dtype", TorchNetwork.scalarType(precision));
    Weights none =
        Weights.of(new TensorSet.Builder("probe").build(List.of(), ""), Layout.of(Map.of()));
    TorchNetwork network = TorchNetwork.load("probe.py", attributes, device, none);
    return new DeviceProbe(network, device.isGpu() ? SIDE_ON_GPU : SIDE_ON_CPU, threads);
  }

  /** 10¹² operations a second of products of square matrices in the precision. */
  public double matrixTeraflops() {
    TorchThread.prepare(threads);
    keep(values(side * side), side, side);
    products(1);
    double once = seconds(() -> products(1));
    int count = (int) Math.max(1, Math.min(MOST_PRODUCTS, SECONDS_EACH / once));
    double[] seconds = new double[ROUNDS];
    Arrays.setAll(seconds, n -> seconds(() -> products(count)));
    return 2.0 * side * side * side * count / median(seconds) / 1e12;
  }

  /** As inputs and results of units travel, with what is done to them on the way. */
  public Transfers transfers() {
    TorchThread.prepare(threads);
    float[] values = values(TRAVELLING_VALUES);
    keep(values, values.length);
    kept();
    double[] there = new double[ROUNDS];
    double[] back = new double[ROUNDS];
    Arrays.setAll(there, n -> seconds(() -> keep(values, values.length)));
    Arrays.setAll(back, n -> seconds(this::kept));
    double bytes = (double) TRAVELLING_VALUES * Float.BYTES;
    return new Transfers(bytes / median(there), bytes / median(back));
  }

  private void keep(float[] values, int... shape) {
    try (TorchCall call = network.call("keep")) {
      call.tensor(values, shape).run();
    }
  }

  private void kept() {
    try (TorchCall call = network.call("kept")) {
      call.run();
    }
  }

  private void products(int count) {
    try (TorchCall call = network.call("products")) {
      call.integer(count).run();
    }
  }

  /** Small enough that no product of them leaves float16. */
  private static float[] values(int count) {
    Random random = new Random(1);
    float[] values = new float[count];
    for (int n = 0; n < count; n++) {
      values[n] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  private static double seconds(Runnable work) {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  @Override
  public void close() {
    network.close();
  }
}
