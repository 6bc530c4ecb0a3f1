package demofusion.protocol.work;

import demofusion.protocol.latent.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that many pieces of work of one job refer to by id; it travels to each worker once. */
public sealed interface Asset {
  AssetId id();

  /**
   * What the text towers made of the prompts (spec section 9).
   *
   * @param text (tokens, width) both towers' hidden states side by side
   * @param pooled (width) the second tower's projected end-of-text state
   * @param negativeText null where guidance is not active
   * @param negativePooled null where guidance is not active
   */
  record TextEmbeddings(
      AssetId id,
      Tensor text,
      Tensor pooled,
      @Nullable Tensor negativeText,
      @Nullable Tensor negativePooled)
      implements Asset {}

  /**
   * What the decoder's normalisations and its attention saw of the whole picture. Only the model
   * that made it can read it.
   *
   * @param names the decoder's layers
   * @param tensors one for each name
   */
  record DecoderSurvey(AssetId id, List<String> names, List<Tensor> tensors) implements Asset {
    public DecoderSurvey {
      names = List.copyOf(names);
      tensors = List.copyOf(tensors);
      if (names.size() != tensors.size()) {
        throw new IllegalArgumentException(
            names.size() + " names for " + tensors.size() + " tensors");
      }
    }
  }
}
