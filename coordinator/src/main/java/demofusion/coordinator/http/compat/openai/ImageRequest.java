package demofusion.coordinator.http.compat.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.DemofusionSettings;
import demofusion.coordinator.http.compat.field.FieldErrors;
import demofusion.coordinator.http.compat.field.Fields;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What {@code /v1/images} was asked for, as a picture in this API's own words. OpenAI's own fields
 * keep their names; all that a picture has besides (seed, steps, DemoFusion's settings) may stand
 * beside them or in an object {@code demofusion}.
 *
 * @param picture JSON of a {@link demofusion.protocol.api.request.NewPicture} without a model
 * @param count of pictures; each has a seed that is one above the one before
 * @param model as it was named; empty: whichever there is
 */
public record ImageRequest(
    ObjectNode picture, int count, Optional<String> model, AnswerForm answer) {
  private static final int MOST_PICTURES = 10;
  private static final String STRENGTH = "strength";
  private static final String SIZE = "size";

  /** As WebUI's clients have it, for an edit that says nothing of how far it may go. */
  private static final double USUAL_STRENGTH = 0.75;

  /** What is masked is drawn as if nothing had been there, as OpenAI does. */
  private static final double MASKED_STRENGTH = 1;

  /** For one that is to keep more of the picture. */
  private static final double FAITHFUL_STRENGTH = 0.5;

  /** Names that programs have built in; the farm draws with what it has. */
  private static final String ANY_MODEL = "dall-e-.*|gpt-image-.*|chatgpt-image-.*";

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

  /**
   * A picture from words.
   *
   * @param randomSeed for those who do not say
   */
  public static ImageRequest read(JsonNode body, LongSupplier randomSeed) {
    return checked(
        () -> {
          Fields fields = new Fields(object(body));
          ObjectNode picture = JsonNodeFactory.instance.objectNode();
          picture.put("prompt", fields.requiredText("prompt"));
          return read(fields, object(body), picture, randomSeed);
        });
  }

  /** Another picture from a picture and words. */
  static ImageRequest readEdit(PictureBody body, LongSupplier randomSeed) {
    return checked(
        () -> {
          Fields fields = new Fields(body.fields());
          ObjectNode picture = JsonNodeFactory.instance.objectNode();
          picture.put("prompt", fields.requiredText("prompt"));
          fields.requireValid();
          return readStart(fields, body, picture, randomSeed);
        });
  }

  /** Another picture from a picture alone. */
  static ImageRequest readVariation(PictureBody body, LongSupplier randomSeed) {
    return checked(
        () -> {
          Fields fields = new Fields(body.fields());
          ObjectNode picture = JsonNodeFactory.instance.objectNode();
          picture.put("prompt", fields.text("prompt").orElse(""));
          return readStart(fields, body, picture, randomSeed);
        });
  }

  private interface Reading {
    ImageRequest read();
  }

  private static ImageRequest checked(Reading reading) {
    try {
      return reading.read();
    } catch (FieldErrors e) {
      throw WrongField.of(e);
    }
  }

  private static ObjectNode object(JsonNode body) {
    if (body instanceof ObjectNode object) {
      return object;
    }
    throw ApiException.badRequest("the body must be one JSON object");
  }

  private static ImageRequest readStart(
      Fields fields, PictureBody body, ObjectNode picture, LongSupplier randomSeed) {
    picture.put("image", body.picture());
    Optional<byte[]> mask = body.drawnAnew();
    mask.ifPresent(file -> picture.put(PictureBody.MASK, file));
    double usual =
        isFaithful(fields)
            ? FAITHFUL_STRENGTH
            : mask.isPresent() ? MASKED_STRENGTH : USUAL_STRENGTH;
    Fields inside = new Fields(fields.object(DemofusionSettings.SCRIPT));
    Optional<Double> strength = inside.number(STRENGTH).or(() -> fields.number(STRENGTH));
    inside.requireValid();
    picture.put(STRENGTH, strength.orElse(usual));
    ImageRequest request = read(fields, body.fields(), picture, randomSeed);
    if (mask.isPresent()) {
      requireOwnSize(picture, body);
    } else if (!picture.has(SIZE)) {
      picture.put(SIZE, body.size());
    }
    return request;
  }

  /** What is kept is the picture's, pixel by pixel, so it cannot become larger or smaller. */
  private static void requireOwnSize(ObjectNode picture, PictureBody body) {
    if (picture.has(SIZE) && !picture.get(SIZE).asText().equals(body.size())) {
      throw new WrongField(
          SIZE,
          "size %s must be that of the picture, %s, since a mask keeps the rest of it; leave it out"
              .formatted(picture.get(SIZE).asText(), body.size()));
    }
    picture.remove(SIZE);
  }

  private static boolean isFaithful(Fields fields) {
    String fidelity = fields.text("input_fidelity").filter(text -> !text.isBlank()).orElse("low");
    WrongField.requireOneOf("input_fidelity", fidelity, List.of("low", "high"));
    return fidelity.equals("high");
  }

  private static ImageRequest read(
      Fields fields, ObjectNode body, ObjectNode picture, LongSupplier randomSeed) {
    long seed = fields.integer("seed").orElseGet(randomSeed::getAsLong);
    putOwn(body, picture);
    ObjectNode inside = fields.object(DemofusionSettings.SCRIPT);
    fields.requireValid();
    Fields settings = new Fields(inside);
    seed = settings.integer("seed").orElse(seed);
    settings.requireValid();
    putOwn(inside, picture);
    DemofusionSettings.put(without(inside), picture);
    picture.put("seed", seed);
    fields
        .text(SIZE)
        .filter(size -> !size.isBlank() && !size.equals(AnswerForm.AUTO))
        .ifPresent(size -> picture.put(SIZE, size(size)));
    int count = fields.integer("n", 1, MOST_PICTURES).orElse(1);
    String named = fields.text("model").orElse("");
    AnswerForm answer = AnswerForm.read(fields, named);
    fields.requireValid();
    if (answer.isStreamed() && answer.partialImages() > 0) {
      picture.put("previews", true);
    }
    Optional<String> model =
        Optional.of(named).filter(name -> !name.isBlank() && !name.matches(ANY_MODEL));
    return new ImageRequest(picture, count, model, answer);
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
    Set<String> others = new HashSet<>(OWN.keySet());
    others.addAll(List.of("seed", STRENGTH));
    ObjectNode settings = inside.deepCopy();
    settings.remove(others);
    return settings;
  }

  private static String size(String text) {
    if (!text.matches("\\d{1,6}x\\d{1,6}")) {
      throw new WrongField(
          SIZE, "size must be WIDTHxHEIGHT in pixels, for example 2048x1536, or auto");
    }
    return text;
  }
}
