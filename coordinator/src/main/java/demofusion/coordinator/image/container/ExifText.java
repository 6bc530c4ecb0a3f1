package demofusion.coordinator.image.container;

/** Settings as an Exif block, for the formats that have no texts of their own. */
public final class ExifText {
  private ExifText() {}

  /** TIFF's structure with the text as Exif's comment, as WebP has it; JPEG puts a name in front. */
  public static byte[] block(String settings) {
    return ExifBlock.write(settings);
  }
}
