package demofusion.coordinator.http.compat.openai;

import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.WrittenFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How pictures are answered.
 *
 * @param isByAddress whether addresses are answered, as opposed to bytes
 * @param quality as it was named; it changes nothing here
 * @param isStreamed whether they come as server-sent events, each when it is there
 * @param partialImages so many previews at most come before each picture in a stream
 */
record AnswerForm(
    boolean isByAddress,
    PictureEncoder encoder,
    String quality,
    boolean isStreamed,
    int partialImages) {
  static final String AUTO = "auto";

  private static final List<String> FORMATS = List.of("png", "jpeg", "webp");
  private static final int MOST_PARTIAL = 3;
  private static final int NO_LOSS = 100;

  /** What OpenAI knows. All of them draw the same here: how many steps is a setting of its own. */
  private static final List<String> QUALITIES =
      List.of(AUTO, "low", "medium", "high", "xhigh", "max", "standard", "hd");

  /** Names of models that have no addresses: OpenAI answers with bytes and knows no other form. */
  private static final String SENDS_BYTES = "gpt-image-.*|chatgpt-image-.*";

  /**
   * @param model as it was named
   * @throws WrongField if something is asked for that cannot be done
   */
  static AnswerForm read(Fields fields, String model) {
    String usual = model.matches(SENDS_BYTES) ? "b64_json" : "url";
    String form = named(fields, "response_format").orElse(usual);
    WrongField.requireOneOf("response_format", form, List.of("url", "b64_json"));
    String quality = named(fields, "quality").orElse(AUTO);
    WrongField.requireOneOf("quality", quality, QUALITIES);
    requireOpaque(named(fields, "background").orElse(AUTO));
    WrongField.requireOneOf(
        "moderation", named(fields, "moderation").orElse(AUTO), List.of(AUTO, "low"));
    WrongField.requireOneOf(
        "style", named(fields, "style").orElse("vivid"), List.of("vivid", "natural"));
    boolean isStreamed = fields.flag("stream").orElse(false);
    int partial = fields.integer("partial_images", 0, MOST_PARTIAL).orElse(0);
    PictureEncoder encoder = encoder(fields);
    fields.text("user");
    fields.text("safety_identifier");
    return new AnswerForm(form.equals("url"), encoder, quality, isStreamed, partial);
  }

  private static void requireOpaque(String background) {
    if (background.equals("transparent")) {
      throw new WrongField(
          "background", "background transparent is not possible: pictures are opaque here");
    }
    WrongField.requireOneOf("background", background, List.of(AUTO, "opaque"));
  }

  private static PictureEncoder encoder(Fields fields) {
    String named = named(fields, "output_format").orElse("png");
    WrongField.requireOneOf("output_format", named, FORMATS);
    WrittenFormat format = WrittenFormat.valueOf(named.toUpperCase(Locale.ROOT));
    int compression = fields.integer("output_compression", 0, NO_LOSS).orElse(NO_LOSS);
    if (format == WrittenFormat.PNG) {
      if (compression < NO_LOSS) {
        throw new WrongField(
            "output_compression",
            "output_compression " + compression + " needs output_format jpeg or webp");
      }
      return PictureEncoder.PNG;
    }
    return new PictureEncoder(format, Math.max(1, compression));
  }

  /** Nothing between quotes means nothing said. */
  private static Optional<String> named(Fields fields, String field) {
    return fields.text(field).filter(text -> !text.isBlank());
  }

  /** As OpenAI names the format. */
  String format() {
    return encoder.format().name().toLowerCase(Locale.ROOT);
  }
}
