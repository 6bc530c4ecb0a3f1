package demofusion.coordinator.dispatch;

import demofusion.protocol.wire.WireSize;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import java.util.List;
import java.util.Optional;

/**
 * Whether a message fits through the network, asked before it is sent: remoting drops what is too
 * large, and the sender would wait for an answer that never comes.
 */
final class MessageSizes {
  private static final double MEBIBYTE = 1 << 20;

  private MessageSizes() {}

  /**
   * @param missing what the work refers to and the worker does not have yet
   * @param largest bytes that one message to the worker may have
   * @return why they cannot be sent, in one sentence; empty if they can
   */
  static Optional<String> refusal(Work work, List<Asset> missing, String worker, int largest) {
    String advice = work.views() > 0 ? "use a smaller --view-batch, or raise" : "raise";
    return refusal("a view batch", WireSize.of(work), worker, largest, advice)
        .or(
            () ->
                missing.stream()
                    .map(asset -> refusal(asset, worker, largest))
                    .flatMap(Optional::stream)
                    .findFirst());
  }

  private static Optional<String> refusal(Asset asset, String worker, int largest) {
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
                "%s needs a message of %.1f MiB and %s accepts at most %.1f MiB; %s"
                    + " demofusion.largest-message on all nodes",
                what, bytes / MEBIBYTE, worker, largest / MEBIBYTE, advice));
  }
}
