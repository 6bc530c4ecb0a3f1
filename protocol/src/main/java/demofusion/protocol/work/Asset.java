package demofusion.protocol.work;

import demofusion.protocol.latent.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
   * What travels in its place where it is larger than a message may be.
   *
   * @param most bytes of a file in one of them
   */
  default List<Asset> parts(int most) {
    return List.of(this);
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
    public List<Asset> parts(int most) {
      if (file.length <= most) {
        return List.of(this);
      }
      int count = (file.length - 1) / most + 1;
      List<Asset> parts = new ArrayList<>(count);
      for (int n = 0; n < count; n++) {
        int to = (int) Math.min(file.length, (n + 1L) * most);
        int from = n * most;
        parts.add(new PicturePart(id, n, count, ByteBuffer.wrap(file, from, to - from)));
      }
      return parts;
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

  /**
   * A part of a {@link PictureFile} that is too large for one message. Parts come in their order;
   * whoever has all of them has the file.
   *
   * @param number from 0
   * @param count of all parts
   * @param bytes all that remain; of a picture that is here they are its own and no copy, however
   *     many workers they go to
   */
  record PicturePart(AssetId id, int number, int count, ByteBuffer bytes) implements Asset {
    private static final int MOST_PARTS = 1 << 16;

    public PicturePart {
      if (count < 1 || count > MOST_PARTS || number < 0 || number >= count) {
        throw new IllegalArgumentException("part " + number + " of " + count + " of a picture");
      }
      bytes = bytes.slice().asReadOnlyBuffer();
    }

    /** With a position of its own. */
    @Override
    public ByteBuffer bytes() {
      return bytes.duplicate();
    }

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
      return bytes.remaining();
    }

    @Override
    public String toString() {
      return "PicturePart[%s, %s of %s, %s bytes]".formatted(id, number, count, bytes.remaining());
    }
  }
}
