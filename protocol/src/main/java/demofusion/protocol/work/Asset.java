package demofusion.protocol.work;

import demofusion.protocol.latent.Tensor;
import java.util.Arrays;
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

  /** Bytes of a file in it, beside its tensors. */
  default int fileBytes() {
    return 0;
  }

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

  /**
   * A picture that work cuts its views out of.
   *
   * @param file a PNG of 8 bits, RGB or grey, without transparency
   */
  record PictureFile(AssetId id, byte[] file) implements Asset {
    /** Of a file. */
    public static final int MOST_BYTES = 64 << 20;

    @Override
    public List<Tensor> tensors() {
      return List.of();
    }

    @Override
    public List<String> texts() {
      return List.of(id.value());
    }

    @Override
    public int fileBytes() {
      return file.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof PictureFile picture
          && id.equals(picture.id)
          && Arrays.equals(file, picture.file);
    }

    @Override
    public int hashCode() {
      return 31 * id.hashCode() + Arrays.hashCode(file);
    }

    @Override
    public String toString() {
      return "PictureFile[" + id + ", " + file.length + " bytes]";
    }
  }
}
