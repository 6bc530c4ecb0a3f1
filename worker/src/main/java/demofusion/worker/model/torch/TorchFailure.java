package demofusion.worker.model.torch;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.util.List;
import java.util.Locale;

/** Says in one sentence what libtorch throws as pages. */
final class TorchFailure {
  private static final List<String> OUT_OF_MEMORY =
      List.of("out of memory", "can't allocate memory", "not enough memory", "cannot reserve");

  private TorchFailure() {}

  /**
   * @param what was being done
   */
  static DemofusionException translate(String what, Throwable thrown) {
    if (thrown instanceof DemofusionException known) {
      return known;
    }
    String message = String.valueOf(thrown.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (thrown instanceof OutOfMemoryError || OUT_OF_MEMORY.stream().anyMatch(lower::contains)) {
      return new DemofusionException(
          FailureCode.OUT_OF_MEMORY, "the device ran out of memory: " + what, thrown);
    }
    return new DemofusionException(
        FailureCode.DEVICE_ERROR, "the device failed in " + what + ": " + essence(message), thrown);
  }

  /** libtorch ends a traceback with "RuntimeError: …"; elsewhere the first line says it. */
  private static String essence(String message) {
    List<String> lines = message.lines().filter(line -> !line.isBlank()).toList();
    return lines.stream()
        .filter(line -> line.contains("Error: "))
        .findFirst()
        .or(() -> lines.stream().findFirst())
        .map(String::strip)
        .orElse("no message");
  }
}
