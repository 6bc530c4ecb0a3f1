package demofusion.deploy.launch;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which libtorch the model runtime will load, decided before it does. In this order: the one that
 * PYTORCH_LIBRARY_PATH names; for a GPU the one that the runtime gets for that GPU on first use;
 * else the CPU's, which ships.
 *
 * @param source who says so
 * @param folder where it lies; null where the runtime looks for itself, in its cache or by download
 */
public record LibtorchChoice(Source source, @Nullable Path folder) {
  static final String PATH_VARIABLE = "PYTORCH_LIBRARY_PATH";

  /** Who says which libtorch. */
  public enum Source {
    /** PYTORCH_LIBRARY_PATH. */
    USER,
    /** Unpacked in the distribution, for CPUs. */
    SHIPPED,
    /** Found or downloaded by the runtime for the device at hand. */
    RUNTIME
  }

  /**
   * @param onGpu whether a GPU is wanted
   * @param shipped the distribution's own, where this is one
   */
  public static LibtorchChoice of(
      boolean onGpu, Optional<Path> shipped, Map<String, String> environment) {
    String named = environment.get(PATH_VARIABLE);
    if (named != null && !named.isBlank()) {
      return new LibtorchChoice(Source.USER, Path.of(named));
    }
    if (onGpu || shipped.isEmpty()) {
      return new LibtorchChoice(Source.RUNTIME, null);
    }
    return new LibtorchChoice(Source.SHIPPED, shipped.get());
  }

  /** Whether this machine has an NVIDIA driver, so that a GPU is what one would want. */
  public static boolean hasNvidiaDriver() {
    return Files.exists(Path.of("/proc/driver/nvidia/version"))
        || Files.exists(Path.of("/dev/nvidiactl"))
        || Files.exists(Path.of("/dev/nvidia0"))
        || Files.exists(Path.of("/usr/lib/wsl/lib/libcuda.so.1"));
  }

  /** Whether there is a libtorch where one was named; true where none was. */
  public boolean isThere() {
    return folder == null
        || Stream.of(folder.toString().split(File.pathSeparator, -1))
            .map(Path::of)
            .anyMatch(each -> Files.isRegularFile(each.resolve(System.mapLibraryName("torch"))));
  }

  /** Tells the runtime, which reads these properties when it loads its library. */
  public void announce() {
    System.setProperty("OPT_OUT_TRACKING", "true");
    if (source == Source.SHIPPED && folder != null) {
      System.setProperty(PATH_VARIABLE, folder.toString());
      System.setProperty("PYTORCH_FLAVOR", "cpu");
      System.setProperty("ai.djl.offline", "true"); // all that it needs is here
    }
  }
}
