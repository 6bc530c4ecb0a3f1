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
  OPENPOSE(0, "openpose"),
  DEPTH(1, "depth"),
  /** Soft edges, drawn or found. */
  HED(2, "hed, scribble, softedge"),
  /** Lines. */
  CANNY(3, "canny, lineart, mlsd"),
  NORMAL(4, "normal"),
  SEGMENT(5, "segment"),
  /** In ProMax only. */
  TILE(6, "tile"),
  /** In ProMax only. */
  REPAINT(7, "repaint");

  private static final String SEPARATOR = ", ";

  private final int index;
  private final String names;

  UnionType(int index, String names) {
    this.index = index;
    this.names = names;
  }

  private List<String> all() {
    return List.of(names.split(SEPARATOR, -1));
  }

  /** The names of the first types, as many as a union has. */
  static String names(int types) {
    return Arrays.stream(values())
        .limit(types)
        .map(type -> type.names)
        .collect(Collectors.joining(SEPARATOR));
  }

  /** Whether that is any type's name. */
  static boolean isName(String text) {
    return Arrays.stream(values()).anyMatch(type -> type.all().contains(text));
  }

  /**
   * Reads a name of the command line and of JSON.
   *
   * @throws DemofusionException BAD_REQUEST, with the names there are
   */
  public static UnionType parse(String text) {
    return Arrays.stream(values())
        .filter(type -> type.all().contains(text))
        .findFirst()
        .orElseThrow(
            () ->
                DemofusionException.badRequest(
                    "the type of control \"%s\" must be one of a union's, %s, or %s"
                        .formatted(text, names(values().length), ControlUse.INPAINT)));
  }

  /** Its row in {@code task_embedding}. */
  public int index() {
    return index;
  }

  @Override
  public String toString() {
    return all().get(0);
  }
}
