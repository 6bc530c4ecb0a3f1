package demofusion.worker.model.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.Precision;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What libtorch lets a whole process choose ({@code at::Context}), where DJL has no word for it: by
 * the C++ names that libtorch_cpu exports.
 */
public final class LibtorchContext {
  private static final String LIBRARY = "torch_cpu";
  private static final String CONTEXT = "_ZN2at13globalContextEv";
  private static final String ALLOW_FP16_ACCUMULATION =
      "_ZN2at7Context30setAllowFP16AccumulationCuBLASEb";
  private static final String ALLOWS_FP16_ACCUMULATION =
      "_ZNK2at7Context27allowFP16AccumulationCuBLASEv";
  private static final String BENCHMARKS_CUDNN = "_ZNK2at7Context14benchmarkCuDNNEv";

  /** How this process sums up; null until a model in half precision is loaded. */
  private static final AtomicReference<@Nullable Boolean> IS_FAST = new AtomicReference<>();

  private LibtorchContext() {}

  /**
   * Readies the process for a model: on a CPU with the instructions that suit its precision, on a
   * GPU with cuBLAS summing up as its precision says. One process cannot do both, since each has
   * bits of its own.
   *
   * @throws DemofusionException BAD_REQUEST where that is no choice
   */
  public static synchronized void ready(TorchDevice device, Precision precision) {
    Libtorch.choose(device.isGpu() ? Precision.FLOAT32 : precision);
    boolean fast = precision.isFastAccumulation();
    if (fast && !device.isGpu()) {
      throw DemofusionException.badRequest(
          "precision " + precision + " needs a GPU, and the device is " + device);
    }
    if (!device.isGpu() || TorchNetwork.scalarType(precision) != TorchNetwork.FLOAT16) {
      return; // it would make no difference
    }
    Boolean known = IS_FAST.get();
    if (known != null && known != fast) {
      throw DemofusionException.badRequest(
          "one process cannot run models in float16 with and without fast accumulation: use a"
              + " process for each");
    }
    IS_FAST.set(fast);
    if (fast) {
      allowFp16Accumulation(true);
    }
  }

  static void allowFp16Accumulation(boolean allowed) {
    Libtorch.engine();
    function(ALLOW_FP16_ACCUMULATION)
        .invokeVoid(new Object[] {context(), (byte) (allowed ? 1 : 0)});
  }

  static boolean allowsFp16Accumulation() {
    return asks(ALLOWS_FP16_ACCUMULATION);
  }

  /** Whether cuDNN picks its algorithms by timing them: each worker would pick its own bits. */
  static boolean benchmarksCudnn() {
    return asks(BENCHMARKS_CUDNN);
  }

  private static boolean asks(String question) {
    Libtorch.engine();
    // A bool is the lowest byte of what comes back.
    return (function(question).invokeInt(new Object[] {context()}) & 0xff) != 0;
  }

  static Pointer context() {
    return exported(CONTEXT).invokePointer(new Object[0]);
  }

  private static Function function(String name) {
    try {
      return exported(name);
    } catch (UnsatisfiedLinkError e) {
      throw DemofusionException.badRequest(
          "this libtorch has no fast accumulation: " + e.getMessage());
    }
  }

  /**
   * Of the library that DJL has loaded: asked by its name alone, the loader gives the same.
   *
   * @throws UnsatisfiedLinkError where this libtorch does not have it
   */
  static Function exported(String name) {
    return NativeLibrary.getInstance(LIBRARY).getFunction(name);
  }
}
