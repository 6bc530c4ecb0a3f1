package demofusion.protocol.wire;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** At most so many bytes does a {@code Perform} of this work take. */
  public static long of(Work work) {
    long size = ENVELOPE;
    if (work instanceof Work.EncodeText encode) {
      size += text(encode.prompts().prompt());
      size += text(encode.prompts().prompt2());
      size += text(encode.prompts().negative()) + text(encode.prompts().negative2());
    } else if (work instanceof Work.EncodePicture encode) {
      size += tensor(encode.pixels());
    } else if (work instanceof Work.PredictNoise predict) {
      size += tensor(predict.tiles()) + text(predict.textEmbeddings().value());
      size += (long) predict.microConditioning().size() * WorkRecords.CONDITIONING_BYTES;
    } else if (work instanceof Work.SurveyLatent survey) {
      size += tensor(survey.crops());
    } else if (work instanceof Work.DecodeLatent decode) {
      size += tensor(decode.latent()) + text(decode.survey().value());
    }
    return size + NUMBERS;
  }

  /** At most so many bytes does a {@code Completed} with this result take. */
  public static long of(WorkResult result) {
    long size = ENVELOPE;
    if (result instanceof WorkResult.EncodedText encoded) {
      size += tensor(encoded.text()) + tensor(encoded.pooled());
      size += tensor(encoded.negativeText()) + tensor(encoded.negativePooled());
      size += texts(encoded.cutOff());
    } else if (result instanceof WorkResult.EncodedPicture encoded) {
      size += tensor(encoded.mean()) + tensor(encoded.deviation());
    } else if (result instanceof WorkResult.NoisePrediction prediction) {
      size += tensor(prediction.noise());
    } else if (result instanceof WorkResult.SurveyedLatent surveyed) {
      size += texts(surveyed.names()) + tensors(surveyed.tensors());
    } else if (result instanceof WorkResult.DecodedPixels decoded) {
      size += tensor(decoded.pixels());
    }
    return size + NUMBERS;
  }

  /** At most so many bytes does a {@code Remember} of this asset take. */
  public static long of(Asset asset) {
    long size = ENVELOPE + text(asset.id().value());
    if (asset instanceof Asset.TextEmbeddings embeddings) {
      size += tensor(embeddings.text()) + tensor(embeddings.pooled());
      size += tensor(embeddings.negativeText()) + tensor(embeddings.negativePooled());
    } else if (asset instanceof Asset.DecoderSurvey survey) {
      size += texts(survey.names()) + tensors(survey.tensors());
    }
    return size + NUMBERS;
  }

  private static long tensor(@Nullable Tensor tensor) {
    return tensor == null ? 0 : TENSOR_HEAD + (long) tensor.values().length * Float.BYTES;
  }

  private static long tensors(List<Tensor> tensors) {
    return COUNT + tensors.stream().mapToLong(WireSize::tensor).sum();
  }

  private static long text(@Nullable String text) {
    return text == null ? 0 : COUNT + 3L * text.length();
  }

  private static long texts(List<String> texts) {
    return COUNT + texts.stream().mapToLong(WireSize::text).sum();
  }
}
