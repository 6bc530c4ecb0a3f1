package demofusion.protocol.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model's maker, or the farm's operator, recommends for it where a request is silent: steps,
 * guidance, solver. No part of the model's identity: a request that names a value wins, and what
 * was taken is recorded with the picture.
 *
 * @param values by the names of a request's fields, in their order; texts, true or false, and
 *     numbers, of which whole ones are Integers, so that equal settings are equal wherever they
 *     came from
 */
public record ModelSettings(Map<String, Object> values) {
  public static final ModelSettings NONE = new ModelSettings(Map.of());

  public ModelSettings {
    Map<String, Object> sorted = new TreeMap<>();
    values.forEach((name, value) -> sorted.put(name, plain(value)));
    values = Collections.unmodifiableMap(sorted);
  }

  private static Object plain(Object value) {
    if (!(value instanceof Number number)) {
      return value;
    }
    // The text of a float is the number that was meant, its double is another.
    double exact = Double.parseDouble(number.toString());
    return exact == Math.rint(exact) && Math.abs(exact) <= Integer.MAX_VALUE
        ? (Object) (int) exact
        : (Object) exact;
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** These, but for what another says. */
  public ModelSettings overriddenBy(ModelSettings other) {
    Map<String, Object> all = new TreeMap<>(values);
    all.putAll(other.values());
    return new ModelSettings(all);
  }

  /** For people: {@code guidanceScale 3, steps 30}. */
  public String words() {
    StringBuilder words = new StringBuilder();
    values.forEach(
        (name, value) ->
            words.append(words.isEmpty() ? "" : ", ").append(name).append(' ').append(value));
    return words.toString();
  }
}
