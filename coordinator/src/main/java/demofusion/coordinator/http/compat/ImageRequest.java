package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.Responses;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/**
 * What {@code /v1/images/generations} was asked for, as a picture in this API's own words. OpenAI's
 * own fields keep their names; all that a picture has besides (seed, steps, DemoFusion's settings)
 * may stand beside them or in an object {@code demofusion}. How good OpenAI should make it, and for
 * whom, is ignored.
 *
 * @param picture JSON of a {@link demofusion.protocol.api.request.NewPicture} without a model
 * @param count of pictures; each has a seed that is one above the one before
 * @param model as it was named; empty: whichever there is
 * @param isByAddress whether addresses are answered, as opposed to bytes
 */
record ImageRequest(ObjectNode picture, int count, Optional<String> model, boolean isByAddress) {
  private static final int MOST_PICTURES = 10;

  /** Names that programs have built in; the farm draws with what it has. */
  private static final String ANY_MODEL = "dall-e-.*|gpt-image-.*|chatgpt-image-.*";

  /** Those of them that have no addresses: OpenAI answers with bytes and knows no other format. */
  private static final String SENDS_BYTES = "gpt-image-.*|chatgpt-image-.*";

  /** Of a picture, besides DemoFusion's own settings, in both spellings. */
  private static final Map<String, String> OWN =
      Map.of(
          "steps", "steps",
          "negativePrompt", "negativePrompt",
          "negative_prompt", "negativePrompt",
          "guidanceScale", "guidanceScale",
          "guidance_scale", "guidanceScale",
          "scheduler", "scheduler",
          "previews", "previews");

  /** A field that is wrong, as a refusal that names it. */
  private static final class WrongField extends RuntimeException {
    private final transient OpenAiErrors words;

    WrongField(String field, String message) {
      super(message);
      this.words = OpenAiErrors.about(field, message, null);
    }
  }

  /** A refusal that names its field as an answer; any other failure goes on. */
  static HttpResponse answer(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof WrongField wrong) {
      return Responses.json(StatusCodes.BAD_REQUEST, wrong.words);
    }
    throw failure instanceof CompletionException same ? same : new CompletionException(failure);
  }

  /**
   * @param randomSeed for those who do not say
   */
  static ImageRequest read(JsonNode body, LongSupplier randomSeed) {
    if (!(body instanceof ObjectNode object)) {
      throw ApiException.badRequest("the body must be one JSON object");
    }
    try {
      return read(new Fields(object), object, randomSeed);
    } catch (FieldErrors e) {
      FieldErrors.FieldError first = e.errors().get(0);
      String field = String.join(".", first.loc().subList(1, first.loc().size()));
      throw new WrongField(field, field + ": " + first.msg());
    }
  }

  private static ImageRequest read(Fields fields, ObjectNode body, LongSupplier randomSeed) {
    ObjectNode picture = JsonNodeFactory.instance.objectNode();
    picture.put("prompt", fields.requiredText("prompt"));
    long seed = fields.integer("seed").orElseGet(randomSeed::getAsLong);
    putOwn(body, picture);
    ObjectNode inside = fields.object(DemofusionSettings.SCRIPT);
    fields.requireValid();
    seed = new Fields(inside).integer("seed").orElse(seed);
    putOwn(inside, picture);
    DemofusionSettings.put(without(inside), picture);
    picture.put("seed", seed);
    fields
        .text("size")
        .filter(size -> !size.equals("auto"))
        .ifPresent(size -> picture.put("size", size(size)));
    int count = fields.integer("n", 1, MOST_PICTURES).orElse(1);
    String named = fields.text("model").orElse("");
    String format =
        fields.text("response_format").orElse(named.matches(SENDS_BYTES) ? "b64_json" : "url");
    requireOneOf("response_format", format, "url", "b64_json");
    requireOneOf("output_format", fields.text("output_format").orElse("png"), "png");
    requireOneOf("background", fields.text("background").orElse("auto"), "auto", "opaque");
    requireOneOf("stream", fields.flag("stream").orElse(false).toString(), "false");
    fields.requireValid();
    Optional<String> model =
        Optional.of(named).filter(name -> !name.isBlank() && !name.matches(ANY_MODEL));
    return new ImageRequest(picture, count, model, format.equals("url"));
  }

  private static void putOwn(ObjectNode from, ObjectNode picture) {
    OWN.forEach(
        (name, own) -> {
          if (from.hasNonNull(name)) {
            picture.set(own, from.get(name));
          }
        });
    DemofusionSettings.putKnown(from, "", picture);
  }

  private static ObjectNode without(ObjectNode inside) {
    ObjectNode settings = inside.deepCopy();
    settings.remove(OWN.keySet());
    settings.remove(List.of("seed"));
    return settings;
  }

  private static String size(String text) {
    if (!text.matches("\\d{1,6}x\\d{1,6}")) {
      throw new WrongField(
          "size", "size must be WIDTHxHEIGHT in pixels, for example 2048x1536, or auto");
    }
    return text;
  }

  private static void requireOneOf(String field, String value, String... possible) {
    if (!List.of(possible).contains(value)) {
      throw new WrongField(field, field + " must be " + String.join(" or ", possible) + " here");
    }
  }
}
