package demofusion.worker;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.wire.WireSize;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Why a piece of work has no answer, each as one sentence with a code.
 *
 * @param worker whose name the sentences say
 */
record WorkFailures(String worker, DiffusionModel model) {
  private static final double MEBIBYTE = 1 << 20;

  /** What the model threw. */
  DemofusionException of(Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable thrown = failure instanceof CompletionException && cause != null ? cause : failure;
    if (thrown instanceof DemofusionException exception) {
      return exception;
    }
    String message = String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    return new DemofusionException(
        FailureCode.DEVICE_ERROR,
        "the model failed on " + model.card().device() + " of " + worker + ": " + message,
        thrown);
  }

  /**
   * Remoting would drop what is too large, and nobody would hear of it.
   *
   * @param largest bytes that one message to the coordinator may have
   */
  @Nullable DemofusionException tooLarge(WorkResult result, int largest) {
    long bytes = WireSize.of(result);
    return bytes <= largest
        ? null
        : DemofusionException.badRequest(
            String.format(
                "an answer of %s needs a message of %.1f MiB and the coordinator accepts at most"
                    + " %.1f MiB; use a smaller --view-batch, or raise demofusion.largest-message"
                    + " on all nodes",
                worker, bytes / MEBIBYTE, largest / MEBIBYTE));
  }
}
