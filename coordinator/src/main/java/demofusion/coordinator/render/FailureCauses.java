package demofusion.coordinator.render;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;

/** What was thrown somewhere, as one sentence with a code. */
public final class FailureCauses {
  private FailureCauses() {}

  /**
   * @param what could not be done, for the sentence
   */
  public static DemofusionException known(Throwable failure, String what) {
    Throwable thrown = failure;
    while (thrown instanceof CompletionException && thrown.getCause() != null) {
      thrown = thrown.getCause();
    }
    if (thrown instanceof DemofusionException known) {
      return known;
    }
    if (thrown instanceof IOException storage) {
      return SafeFile.failure(what, storage);
    }
    if (thrown instanceof UncheckedIOException && thrown.getCause() instanceof IOException cause) {
      return SafeFile.failure(what, cause);
    }
    return new DemofusionException(FailureCode.INTERNAL, what + ": " + reason(thrown), thrown);
  }

  private static String reason(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError) {
      return "the Java heap is full; choose a smaller size or give Java more memory (-Xmx)";
    }
    String message = thrown.getMessage();
    return message == null
        ? thrown.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
