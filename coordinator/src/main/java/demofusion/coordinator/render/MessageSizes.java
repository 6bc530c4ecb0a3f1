package demofusion.coordinator.render;

import demofusion.protocol.wire.WireSize;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import java.util.Optional;

/**
 * Whether a message fits through the network, asked before it is sent: remoting drops what is too
 * large, and the sender would wait for an answer that never comes.
 */
final class MessageSizes {
  private static final double MEBIBYTE = 1 << 20;

  private MessageSizes() {}

  /**
   * @param largest bytes that one message to the worker may have
   * @return why it cannot be sent, in one sentence; empty if it can
   */
  static Optional<String> refusal(Work work, String worker, int largest) {
    String advice =
        work instanceof Work.PredictNoise ? "ask for a smaller --view-batch, or raise" : "raise";
    return refusal("a unit of work", WireSize.of(work), worker, largest, advice);
  }

  /** As above, for what the job's work refers to. */
  static Optional<String> refusal(Asset asset, String worker, int largest) {
    return refusal(
        "the job's asset \"" + asset.id().value() + "\"",
        WireSize.of(asset),
        worker,
        largest,
        "raise");
  }

  private static Optional<String> refusal(
      String what, long bytes, String worker, int largest, String advice) {
    return bytes <= largest
        ? Optional.empty()
        : Optional.of(
            String.format(
                "%s takes %.1f MiB as a message and %s takes %.1f at most; %s"
                    + " demofusion.largest-message on all nodes",
                what, bytes / MEBIBYTE, worker, largest / MEBIBYTE, advice));
  }
}
