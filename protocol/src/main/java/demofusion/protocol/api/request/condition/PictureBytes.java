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
 * A picture's file as it came. It is known by its bytes; its pixels come with whoever has read it,
 * and do not tell two pictures apart.
 */
public final class PictureBytes {
  public static final int MOST_BYTES = 64 << 20;

  /** Before a hash where a text cannot hold the picture itself. */
  public static final String HASH_PREFIX = "sha256:";

  private final byte[] file;
  private final @Nullable Pixels pixels;
  private final @Nullable PixelExtent extent;
  private volatile @Nullable String hash; // of 64 MiB it takes a moment, and every unit names it

  /**
   * What was read.
   *
   * @param values (height, width, 3), or of a mask (height, width), 255 is white
   */
  public record Pixels(PixelExtent extent, byte[] values) {}

  private PictureBytes(byte[] file, @Nullable Pixels pixels, @Nullable PixelExtent extent) {
    this.file = file;
    this.pixels = pixels;
    this.extent = extent;
  }

  /**
   * One that is still to be read.
   *
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
    return new PictureBytes(file, null, null);
  }

  /** The same, read. */
  public PictureBytes with(Pixels read) {
    return new PictureBytes(file, read, read.extent());
  }

  /** Empty until it was read. */
  public Optional<Pixels> pixels() {
    return Optional.ofNullable(pixels);
  }

  /**
   * The same, looked at.
   *
   * @param seen its size when it stands upright
   */
  public PictureBytes with(PixelExtent seen) {
    return new PictureBytes(file, pixels, seen);
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
