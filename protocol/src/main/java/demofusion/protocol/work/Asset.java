package demofusion.protocol.work;

import demofusion.protocol.latent.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something that many pieces of work of one job refer to by id; it travels to each worker once.
 * Only the model that made it can read it.
 */
public sealed interface Asset {
  AssetId id();

  /** Everything in it that is measured in megabytes. */
  List<Tensor> tensors();

  /** Every text in it, its id too. */
  List<String> texts();

  /**
   * What the model made of the prompts (spec section 9), under names of its own.
   *
   * @param negative null where guidance is not active
   */
  record Conditioning(AssetId id, NamedTensors positive, @Nullable NamedTensors negative)
      implements Asset {
    @Override
    public List<Tensor> tensors() {
      return Halves.tensors(positive, negative);
    }

    @Override
    public List<String> texts() {
      return Stream.concat(Stream.of(id.value()), Halves.names(positive, negative).stream())
          .toList();
    }
  }

  /**
   * What the decoder's normalisations and its attention saw of the whole picture.
   *
   * @param layers one tensor for each of the decoder's layers
   */
  record DecoderSurvey(AssetId id, NamedTensors layers) implements Asset {
    @Override
    public List<Tensor> tensors() {
      return layers.tensors();
    }

    @Override
    public List<String> texts() {
      return Stream.concat(Stream.of(id.value()), layers.names().stream()).toList();
    }
  }
}
