package demofusion.coordinator.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A path with places in braces, as the OpenAPI document writes it: {@code /v1/jobs/{id}}. */
record PathTemplate(String text) {
  /**
   * @param path a request's segments, decoded; what a place matches may hold any character
   * @return what stands in the places, in their order; empty if it is another path
   */
  Optional<List<String>> match(List<String> path) {
    List<String> segments = text.equals("/") ? List.of() : List.of(text.substring(1).split("/"));
    if (segments.size() != path.size()) {
      return Optional.empty();
    }
    List<String> places = new ArrayList<>();
    for (int n = 0; n < path.size(); n++) {
      if (isPlace(segments.get(n))) {
        places.add(path.get(n));
      } else if (!segments.get(n).equals(path.get(n))) {
        return Optional.empty();
      }
    }
    return Optional.of(places);
  }

  private static boolean isPlace(String segment) {
    return segment.startsWith("{");
  }

  @Override
  public String toString() {
    return text;
  }
}
