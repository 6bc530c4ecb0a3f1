package demofusion.protocol.api.request;

import demofusion.protocol.api.request.condition.AdapterList;
import demofusion.protocol.api.request.condition.ControlList;
import demofusion.protocol.api.request.region.RegionList;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;

/** A value of each field that is not its standard, so that it is seen where it gets lost. */
public final class FieldSamples {
  /** White, so that all of it is drawn anew where it is a mask. */
  private static final byte[] PICTURE = white(512, 512);

  /** Where it is more than the row's own needs. */
  private static final Map<String, List<String>> NEEDED =
      Map.of(
          "maskFeather", List.of("image", "mask"),
          "inpaintArea", List.of("image", "mask"),
          "padding", List.of("image", "mask", "inpaintArea"),
          "outpaintOverlap", List.of("image", "outpaint"));

  private FieldSamples() {}

  /** As JSON has it. */
  public static Object of(Field<?> field) {
    if (field.jsonClass() == Boolean.class) {
      return !(Boolean) Objects.requireNonNull(field.standard());
    }
    if (field.jsonClass() == byte[].class) {
      return PICTURE.clone();
    }
    if (Number.class.isAssignableFrom(field.jsonClass())) {
      return number(field);
    }
    if (field.jsonClass() == LoraList.class) {
      return LoraList.parse("style:0.5:0.25");
    }
    if (field.jsonClass() == RegionList.class) {
      return RegionList.parse(Objects.requireNonNull(field.example()));
    }
    if (field.jsonClass() == ControlList.class) {
      return ControlList.parse(Objects.requireNonNull(field.example()));
    }
    if (field.jsonClass() == AdapterList.class) {
      return AdapterList.parse(Objects.requireNonNull(field.example()));
    }
    if (field.name().equals("method")) {
      return "direct"; // which any model draws with
    }
    if (field.name().equals("phases")) {
      return "1,2"; // which leads to the standard size
    }
    if (field.name().equals("phaseStrength")) {
      return "0.6"; // as many as that has upscaling phases
    }
    List<String> choices = field.choices();
    return choices.isEmpty()
        ? Objects.requireNonNullElse(field.example(), "some words")
        : choices.stream()
            .filter(choice -> !choice.startsWith("edm-")) // which only few models are drawn with
            .reduce((earlier, later) -> later)
            .orElseThrow();
  }

  /** What must be there for a field to mean anything, in the order in which it is said. */
  public static List<Field<?>> neededBy(Field<?> field) {
    return NEEDED
        .getOrDefault(
            field.name(),
            field.needs() == null ? List.of() : List.of(String.valueOf(field.needs())))
        .stream()
        .<Field<?>>map(RequestFields::named)
        .toList();
  }

  private static byte[] white(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Arrays.fill(((DataBufferByte) image.getRaster().getDataBuffer()).getData(), (byte) 255);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static Number number(Field<?> field) {
    double least = Objects.requireNonNull(field.minimum()).doubleValue();
    double most = Objects.requireNonNull(field.maximum()).doubleValue();
    if (field.jsonClass() == Integer.class) {
      return (int) least + 2;
    }
    if (field.jsonClass() == Long.class) {
      return (long) least + 2;
    }
    double between = least + (most - least) / 4;
    return field.jsonClass() == Float.class ? (Number) (float) between : between;
  }
}
