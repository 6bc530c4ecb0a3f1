package demofusion.protocol.api.request;

import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table of all fields of a request, in the order of its JSON. A new field is a row here, a
 * component of {@link RenderSpec}, and an option of the command line; everything else that reads,
 * writes or shows fields goes over this table.
 */
public final class RequestFields {
  /** In the order of JSON. */
  public static final List<Field<?>> ALL =
      Stream.of(
              PictureFields.ROWS,
              AdditionFields.ROWS,
              DemoFusionFields.ROWS,
              LadderFields.ROWS,
              MethodFields.ROWS,
              UpscalerFields.ROWS,
              RegionFields.ROWS,
              StartFields.ROWS,
              ConditionFields.ROWS,
              JobFields.ROWS)
          .<Field<?>>flatMap(List::stream)
          .toList();

  private static final Map<String, Field<?>> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Field::name, field -> field));

  /** Those that a picture's text has, in its order. */
  public static final List<Field<?>> RECORDED =
      ALL.stream()
          .filter(field -> field.recordedName() != null)
          .sorted(Comparator.comparingInt(Field::recordedPlace))
          .toList();

  /** Those that other programs' APIs have no name for, in the order of their arguments. */
  public static final List<Field<?>> GUESTS =
      ALL.stream()
          .filter(field -> field.guestArgument() > 0)
          .sorted(Comparator.comparingInt(Field::guestArgument))
          .toList();

  public static final Field<URI> WEBHOOK = JobFields.WEBHOOK;

  private RequestFields() {}

  /** A field by its name in JSON; null: there is none. */
  public static @Nullable Field<?> find(String name) {
    return BY_NAME.get(name);
  }

  /** A field that is there, by its name in JSON. */
  public static Field<?> named(String name) {
    return Objects.requireNonNull(find(name), name);
  }
}
