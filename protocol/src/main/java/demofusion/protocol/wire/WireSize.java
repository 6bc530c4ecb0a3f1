package demofusion.protocol.wire;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.List;

/**
 * How many bytes a message can take on the wire, at most, before it is sent: Pekko drops one that
 * does not fit a frame, and the other side would wait for it. Pure and cheap; tensors are counted
 * as float32 (they may travel packed), texts as three bytes a character.
 */
public final class WireSize {
  /**
   * What comes on top: Artery's header with both actors' paths, the reference to answer to, the
   * lease.
   */
  static final int ENVELOPE = 8 * 1024;

  private static final int COUNT = 5;
  private static final int TENSOR_HEAD = 1 + COUNT * 9;
  private static final int NUMBERS = 64;

  private WireSize() {}

  /** At most so many bytes does a {@code Perform} of this work take, and a forward's answer. */
  public static long of(Work work) {
    long numbers = (long) work.views() * WorkRecords.MICRO_CONDITIONING_BYTES;
    if (work instanceof Work.PredictNoise forward) {
      numbers += (long) COUNT * forward.views() + moreInAnswer(forward);
      ExtraConditioning extra = forward.extra();
      numbers += (long) extra.geometries() * ExtraRecords.GEOMETRY_BYTES;
      numbers += (long) (extra.controls().size() + extra.imagePrompts().size()) * NUMBERS;
    }
    if (work instanceof Work.EncodePicture picture) {
      numbers += picture.input().bytes();
    }
    return of(work.tensors(), work.texts()) + numbers;
  }

  /** An answer has a row for each view, of which several may have had one tile. */
  private static long moreInAnswer(Work.PredictNoise forward) {
    int count = forward.rows().count();
    long tile = (long) Float.BYTES * forward.tiles().values().length / Math.max(1, count);
    return (forward.views() - count) * tile;
  }

  /** At most so many bytes does a {@code Completed} with this result take. */
  public static long of(WorkResult result) {
    return of(result.tensors(), result.texts());
  }

  /** At most so many bytes does a {@code Remember} of this asset take. */
  public static long of(Asset asset) {
    return of(asset.tensors(), asset.texts()) + COUNT + asset.fileBytes();
  }

  private static long of(List<Tensor> tensors, List<String> texts) {
    return ENVELOPE
        + NUMBERS
        + tensors.stream().mapToLong(WireSize::tensor).sum()
        + texts.stream().mapToLong(WireSize::text).sum();
  }

  private static long tensor(Tensor tensor) {
    return TENSOR_HEAD + (long) tensor.values().length * Float.BYTES;
  }

  private static long text(String text) {
    return COUNT + 3L * text.length();
  }
}
