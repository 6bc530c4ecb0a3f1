package demofusion.protocol.api.request.condition;

import demofusion.protocol.DemofusionException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a picture is to a union of ControlNets (conditioning section 2.5), in the order of its
 * tensor {@code task_embedding}.
 */
public enum UnionType {
  OPENPOSE("openpose"),
  DEPTH("depth"),
  /** Soft edges, drawn or found. */
  HED("hed", "scribble", "softedge"),
  /** Lines. */
  CANNY("canny", "lineart", "mlsd"),
  NORMAL("normal"),
  SEGMENT("segment"),
  /** In ProMax only. */
  TILE("tile"),
  /** In ProMax only. */
  REPAINT("repaint");

  private final List<String> names;

  UnionType(String... names) {
    this.names = List.of(names);
  }

  /** The names of the first types, as many as a union has. */
  static String names(int types) {
    return Arrays.stream(values())
        .limit(types)
        .flatMap(type -> type.names.stream())
        .collect(Collectors.joining(", "));
  }

  /** Whether that is any type's name. */
  static boolean isName(String text) {
    return Arrays.stream(values()).anyMatch(type -> type.names.contains(text));
  }

  /**
   * Reads a name of the command line and of JSON.
   *
   * @throws DemofusionException BAD_REQUEST, with the names there are
   */
  public static UnionType parse(String text) {
    return Arrays.stream(values())
        .filter(type -> type.names.contains(text))
        .findFirst()
        .orElseThrow(
            () ->
                DemofusionException.badRequest(
                    "the type of control \"%s\" must be one of a union's, %s, or %s"
                        .formatted(text, names(values().length), ControlUse.INPAINT)));
  }

  /** Its row in {@code task_embedding}. */
  public int index() {
    return ordinal();
  }

  @Override
  public String toString() {
    return names.get(0);
  }
}
