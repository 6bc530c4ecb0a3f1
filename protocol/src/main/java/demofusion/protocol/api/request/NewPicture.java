package demofusion.protocol.api.request;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Schema;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/jobs}: a {@link JobRequest} as flat JSON with the fields of {@link
 * RequestFields#ALL}. Everything but the prompt may be left out, and is then what {@code demofusion
 * render} takes where an option is not given. What values may be is checked where they become a
 * request.
 */
@Schema("A request for an image. Everything but the prompt may be left out.")
@JsonSerialize(using = NewPictureJson.Writer.class)
@JsonDeserialize(using = NewPictureJson.Reader.class)
public final class NewPicture {
  private final Map<String, Object> values;

  /**
   * @param values by the fields' names, as JSON has them
   */
  NewPicture(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A picture of this specification, of the only model there is, with nothing else asked for. */
  public static NewPicture of(RenderSpec spec) {
    return of(JobRequest.of(spec));
  }

  /**
   * A request as it is sent; the way back is {@link #toRequest}.
   *
   * @throws IllegalArgumentException if the picture to start from is in the spec, where the
   *     request's own bytes should be
   */
  public static NewPicture of(JobRequest request) {
    if (request.spec().source() != null) {
      throw new IllegalArgumentException("a request's source image is sent as its file");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (Field<?> field : RequestFields.ALL) {
      Object value = field.raw(request);
      if (value != null) {
        values.put(field.name(), value);
      }
    }
    return new NewPicture(values);
  }

  /** By the fields' names, as JSON has them; those that are left out are not in it. */
  public Map<String, Object> values() {
    return values;
  }

  /** A field's value as JSON has it; null: it is left out. */
  public @Nullable Object value(String name) {
    return values.get(name);
  }

  /** The same request with one field's value, as JSON has it. */
  public NewPicture with(String name, Object value) {
    Map<String, Object> others = new LinkedHashMap<>(values);
    others.put(name, value);
    return new NewPicture(others);
  }

  /** The same request without what is said of some fields. */
  public NewPicture without(Collection<String> names) {
    Map<String, Object> others = new LinkedHashMap<>(values);
    others.keySet().removeAll(names);
    return new NewPicture(others);
  }

  /**
   * What the coordinator is asked for.
   *
   * @param randomSeed gives the seed if the request has none
   * @throws DemofusionException BAD_REQUEST, naming the value and its bound
   */
  public JobRequest toRequest(LongSupplier randomSeed) {
    JobRequest request = toRequestWithoutRules(randomSeed);
    MethodRules.require(request.spec(), request.redrawn());
    return request;
  }

  /**
   * The same for whoever looks at several methods, with which not all settings need go together.
   */
  public JobRequest toRequestWithoutRules(LongSupplier randomSeed) {
    JobRequest.Builder builder = new JobRequest.Builder(RenderSpec.of("", 0));
    for (Field<?> field : RequestFields.ALL) {
      Object value = values.get(field.name());
      if (value != null) {
        field.put(value, builder);
      } else if (field.isRequired()) {
        throw DemofusionException.badRequest("prompt is missing: enter a prompt");
      }
    }
    if (builder.strength != null && builder.picture == null) {
      throw DemofusionException.badRequest(
          "strength " + builder.strength + " applies to a source image: give one as image");
    }
    if (!values.containsKey("seed")) {
      builder.spec.seed(randomSeed.getAsLong());
    }
    return builder.build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NewPicture picture && values.equals(picture.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
