package demofusion.coordinator.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path with places in braces, as the OpenAPI document writes it: {@code /v1/jobs/{id}}. */
public record PathTemplate(String text) {
  /**
   * @param path a request's segments, decoded; what a place matches may hold any character
   * @return what stands in each place, by its name; empty if it is another path
   */
  Optional<Map<String, String>> match(List<String> path) {
    List<String> segments = text.equals("/") ? List.of() : List.of(text.substring(1).split("/"));
    if (segments.size() != path.size()) {
      return Optional.empty();
    }
    Map<String, String> places = new HashMap<>();
    for (int n = 0; n < path.size(); n++) {
      if (isPlace(segments.get(n))) {
        places.put(name(segments.get(n)), path.get(n));
      } else if (!segments.get(n).equals(path.get(n))) {
        return Optional.empty();
      }
    }
    return Optional.of(places);
  }

  /** Its first two segments, which an API's paths have in common. */
  String beginning() {
    int second = text.indexOf('/', 1);
    int third = second < 0 ? -1 : text.indexOf('/', second + 1);
    return third < 0 ? text : text.substring(0, third);
  }

  private static String name(String place) {
    return place.substring(1, place.length() - 1);
  }

  private static boolean isPlace(String segment) {
    return segment.startsWith("{");
  }

  @Override
  public String toString() {
    return text;
  }
}
