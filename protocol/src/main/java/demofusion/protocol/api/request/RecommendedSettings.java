package demofusion.protocol.api.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.model.ModelSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model's own settings, read by the table of fields: the fields that a model may recommend are
 * those whose row says so, and what values may be is what a request's may be.
 */
public final class RecommendedSettings {
  /** In the order of a request's JSON. */
  public static final List<Field<?>> FIELDS =
      RequestFields.ALL.stream().filter(Field::isRecommendable).toList();

  private static final int LONGEST_QUOTE = 40;

  private RecommendedSettings() {}

  /** What JSON says by names, null included, whatever it is. */
  public static Map<String, @Nullable Object> values(ObjectNode json) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    json.properties().forEach(entry -> values.put(entry.getKey(), value(entry.getValue())));
    return values;
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    return node.isTextual() ? node.textValue() : node.isNumber() ? node.numberValue() : node;
  }

  /**
   * Checks values by the fields' names.
   *
   * @throws DemofusionException BAD_REQUEST with one sentence, naming the key
   */
  public static ModelSettings of(Map<String, ? extends @Nullable Object> values) {
    Map<String, Object> checked = new LinkedHashMap<>();
    values.forEach((name, value) -> checked.put(name, checked(field(name), value)));
    return new ModelSettings(checked);
  }

  /**
   * Settings with changes: a value takes the place of the one that was, null takes it away.
   *
   * @throws DemofusionException BAD_REQUEST with one sentence, naming the key
   */
  public static ModelSettings changed(
      ModelSettings settings, Map<String, ? extends @Nullable Object> changes) {
    Map<String, Object> changed = new LinkedHashMap<>(settings.values());
    changes.forEach(
        (name, value) -> {
          Field<?> field = field(name);
          if (value == null) {
            changed.remove(name);
          } else {
            changed.put(name, checked(field, value));
          }
        });
    return new ModelSettings(changed);
  }

  /**
   * A value as people type it.
   *
   * @return as a request has it; null of an empty text, which is none
   * @throws DemofusionException BAD_REQUEST with one sentence, naming the key
   */
  public static @Nullable Object typed(String name, String text) {
    Field<?> field = field(name);
    if (text.isEmpty()) {
      return null;
    }
    if (field.jsonClass() == String.class) {
      return checked(field, text);
    }
    try {
      return checked(field, Double.valueOf(text));
    } catch (NumberFormatException e) {
      return checked(field, text); // which is refused in the words that all others are
    }
  }

  private static Field<?> field(String name) {
    return FIELDS.stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                DemofusionException.badRequest(
                    "unknown setting \""
                        + Excerpt.of(name.replaceAll("\\p{Cntrl}", "?"), LONGEST_QUOTE)
                        + "\"; a model may recommend "
                        + FIELDS.stream().map(Field::name).collect(Collectors.joining(", "))));
  }

  /** As a request has it. */
  private static Object checked(Field<?> field, @Nullable Object value) {
    Object raw = typed(field, value);
    RenderSpec unused = field.with(RenderSpec.of("", 0), raw); // bounds are kept there
    return raw;
  }

  private static Object typed(Field<?> field, @Nullable Object value) {
    Class<?> type = field.jsonClass();
    if (type == String.class && value instanceof String text) {
      return text;
    }
    if (Number.class.isAssignableFrom(type) && value instanceof Number number) {
      double exact = number.doubleValue();
      boolean isWhole = exact == Math.rint(exact) && Math.abs(exact) <= Integer.MAX_VALUE;
      if (type == Integer.class && isWhole) {
        return (int) exact;
      }
      if (type == Float.class && Float.isFinite(number.floatValue())) {
        return number.floatValue();
      }
      if (type == Double.class && Double.isFinite(exact)) {
        return exact;
      }
    }
    throw DemofusionException.badRequest(
        "%s %s must be %s"
            .formatted(
                field.name(),
                Excerpt.of(String.valueOf(value).replaceAll("\\p{Cntrl}", "?"), LONGEST_QUOTE),
                type == String.class
                    ? "a text"
                    : type == Integer.class ? "a whole number" : "a number"));
  }

  /**
   * The request with what the model recommends where it is silent; no size where a picture brings
   * its own.
   */
  public static RenderSpec fill(RenderSpec spec, ModelSettings settings) {
    RenderSpec filled = spec;
    for (Field<?> field : FIELDS) {
      Object recommended = settings.values().get(field.name());
      if (recommended != null && field.isLeftToModel(filled)) {
        filled = field.with(filled, typed(field, recommended));
      }
    }
    if (spec.size() == null && spec.conditions().inpainting() != null) {
      return filled.toBuilder().size(null).build();
    }
    return filled;
  }

  /** Those of a model's settings that a request leaves to it. */
  public static ModelSettings taken(RenderSpec spec, ModelSettings settings) {
    Map<String, Object> taken = new LinkedHashMap<>(settings.values());
    taken.keySet().removeIf(name -> !field(name).isLeftToModel(spec));
    return new ModelSettings(taken);
  }
}
