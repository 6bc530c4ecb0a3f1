package demofusion.deploy.launch;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How many GPUs this machine has, asked before libtorch is there. */
public final class Gpus {
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final int PATIENCE_SECONDS = 10;

  private Gpus() {}

  /** As CUDA will number them, from 0; 0: there is none. */
  public static int count() {
    return LibtorchChoice.hasNvidiaDriver() ? count(System.getenv()) : 0;
  }

  static int count(Map<String, String> environment) {
    String visible = environment.get(VISIBLE);
    if (visible != null) {
      return (int) visible.strip().chars().filter(character -> character == ',').count()
          + (visible.isBlank() || visible.strip().equals("-1") ? 0 : 1);
    }
    try {
      Process process =
          new ProcessBuilder("nvidia-smi", "-L")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      long lines;
      try (var reader = process.inputReader()) {
        lines = reader.lines().filter(line -> line.startsWith("GPU ")).count();
      }
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? (int) lines : 0;
    } catch (IOException e) {
      return 1; // a driver without its tool: there will be one
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
