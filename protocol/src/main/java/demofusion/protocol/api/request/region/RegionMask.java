package demofusion.protocol.api.request.region;

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
 * A picture that says where a region is, by its brightness. It is known by its file; its pixels
 * come with whoever has read it, and do not tell two masks apart.
 */
public final class RegionMask {
  /** Of a mask's file; a third more in base64, which JSON's readers take in one text. */
  public static final int MOST_BYTES = 8 << 20;

  private final byte[] file;
  private final @Nullable Pixels pixels;

  /**
   * What was read.
   *
   * @param grey (height, width), 255 is white
   */
  public record Pixels(PixelExtent extent, byte[] grey) {}

  private RegionMask(byte[] file, @Nullable Pixels pixels) {
    this.file = file;
    this.pixels = pixels;
  }

  /**
   * One that is still to be read.
   *
   * @throws DemofusionException BAD_REQUEST if that is no picture by its first bytes
   */
  @JsonCreator
  public static RegionMask of(byte[] file) {
    if (file.length > MOST_BYTES) {
      throw DemofusionException.badRequest(
          "the mask of a region has %s bytes; it must have at most %s"
              .formatted(file.length, MOST_BYTES));
    }
    PictureFormat.refusal(file)
        .ifPresent(
            reason -> {
              throw DemofusionException.badRequest(
                  "the mask of a region, %s bytes, %s".formatted(file.length, reason));
            });
    return new RegionMask(file, null);
  }

  /** The same, read. */
  public RegionMask with(Pixels read) {
    return new RegionMask(file, read);
  }

  @JsonValue
  public byte[] file() {
    return file;
  }

  /** Empty until it was read. */
  public Optional<Pixels> pixels() {
    return Optional.ofNullable(pixels);
  }

  /** SHA-256 of the file, hexadecimal. */
  public String hash() {
    return HexFormat.of().formatHex(Sha256.of(file));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RegionMask mask && Arrays.equals(file, mask.file);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(file);
  }

  @Override
  public String toString() {
    return "mask " + hash();
  }
}
