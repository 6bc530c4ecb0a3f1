package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.PictureFormat;
import demofusion.protocol.latent.PixelExtent;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A picture's file as it came: known by its bytes. Its size comes with whoever has looked at it, and
 * does not tell two pictures apart.
 */
public final class PictureBytes {
  /** Before a hash where a text cannot hold the picture itself. */
  public static final String HASH_PREFIX = "sha256:";

  public static final int MOST_BYTES = 64 << 20;

  private final byte[] file;
  private final @Nullable PixelExtent extent;
  private volatile @Nullable String hash; // of 64 MiB it takes a moment, and every unit names it

  private PictureBytes(byte[] file) {
    this(file, null);
  }

  private PictureBytes(byte[] file, @Nullable PixelExtent extent) {
    this.file = file;
    this.extent = extent;
  }

  /**
   * @throws DemofusionException BAD_REQUEST if that is no picture by its first bytes, or too large
   */
  @JsonCreator
  public static PictureBytes of(byte[] file) {
    return of(file, "a picture");
  }

  /**
   * @param what it is, for the sentence
   * @throws DemofusionException BAD_REQUEST if that is no picture by its first bytes, or too large
   */
  public static PictureBytes of(byte[] file, String what) {
    if (file.length > MOST_BYTES) {
      throw DemofusionException.badRequest(
          "%s of %s bytes is too large; it must have at most %s"
              .formatted(what, file.length, MOST_BYTES));
    }
    PictureFormat.refusal(file)
        .ifPresent(
            reason -> {
              throw DemofusionException.badRequest(
                  "%s of %s bytes %s".formatted(what, file.length, reason));
            });
    return new PictureBytes(file);
  }

  /**
   * The same, looked at.
   *
   * @param seen its size when it stands upright
   */
  public PictureBytes with(PixelExtent seen) {
    return new PictureBytes(file, seen);
  }

  /** Its size when it stands upright; empty until somebody has looked. */
  public Optional<PixelExtent> extent() {
    return Optional.ofNullable(extent);
  }

  /** Not to be changed. */
  @JsonValue
  public byte[] file() {
    return file;
  }

  /** SHA-256 of the file, hexadecimal. */
  public String hash() {
    String known = hash;
    if (known == null) {
      known = HexFormat.of().formatHex(Sha256.of(file));
      hash = known;
    }
    return known;
  }

  /** How a text names a picture that it cannot hold. */
  public String hashText() {
    return HASH_PREFIX + hash();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PictureBytes picture && Arrays.equals(file, picture.file);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(file);
  }

  @Override
  public String toString() {
    return "picture " + hash();
  }
}
