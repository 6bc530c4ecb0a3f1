package demofusion.worker.model.torch;

import ai.djl.engine.Engine;
import com.sun.jna.Function;
import demofusion.protocol.model.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Starts libtorch, with what it must be told before. */
final class Libtorch {
  static final String ENGINE = "PyTorch";

  private static final String CAPABILITY = "ATEN_CPU_CAPABILITY";
  private static final String ONEDNN = "ONEDNN_MAX_CPU_ISA";

  private static final AtomicBoolean CHOSEN = new AtomicBoolean();

  static {
    // DJL would tell its makers at every start that it was started
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private Libtorch() {}

  /** With the instructions that suit whoever is first to ask. */
  static Engine engine() {
    choose(Precision.FLOAT32);
    return NativeShutdownGuard.get().load(() -> Engine.getEngine(ENGINE));
  }

  /**
   * Chooses instructions for a precision; too late once libtorch is loaded. In bfloat16 the matrix
   * units of AMX outweigh what AVX-512 costs elsewhere (measured with 2.7.1 on a Sapphire Rapids: a
   * UNet of small layers takes half the time that it takes with AVX2, and three quarters of
   * float32's), and a processor without them has no gain from bfloat16.
   */
  static synchronized void choose(Precision precision) {
    if (CHOSEN.getAndSet(true)) {
      return;
    }
    boolean isFree = System.getenv(CAPABILITY) == null;
    if (isFree && precision == Precision.BFLOAT16 && hasFlag("amx_bf16")) {
      set(CAPABILITY, "avx512");
    } else {
      preferAvx2();
    }
  }

  /**
   * libtorch's own AVX-512 kernels of exp and erf are several times slower than its AVX2 ones
   * (measured with 2.7.1 on an EPYC: silu 25 times, gelu 4 times, a whole UNet 1.25 times); matrix
   * products and convolutions are oneDNN's and MKL's and choose for themselves. Whoever sets the
   * variable keeps it.
   */
  private static void preferAvx2() {
    String capability = System.getenv(CAPABILITY);
    if (capability == null && hasFlag("avx512f")) {
      capability = "avx2";
      set(CAPABILITY, capability);
    }
    // Where oneDNN sees AMX, libtorch's attention in half precision packs for it, which its AVX2
    // kernels cannot: "pack_vnni2 is only supported when avx512 is supported".
    if ("avx2".equals(capability) && System.getenv(ONEDNN) == null && hasFlag("amx_tile")) {
      set(ONEDNN, "AVX512_CORE_FP16");
    }
  }

  /** Unpacks a native library, so it is asked only where the launcher has not set the variable. */
  private static void set(String variable, String value) {
    Function.getFunction("c", "setenv").invokeInt(new Object[] {variable, value, 0});
  }

  private static boolean hasFlag(String flag) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.anyMatch(line -> line.startsWith("flags") && line.contains(" " + flag));
    } catch (IOException | UncheckedIOException e) {
      return false; // another system: its own choice stands
    }
  }
}
