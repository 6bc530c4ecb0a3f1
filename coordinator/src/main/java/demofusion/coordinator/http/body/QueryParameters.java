package demofusion.coordinator.http.body;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.japi.Pair;

/**
 * A request's query, read strictly: {@code ?dryrun=true} must not remove what {@code ?dryRun=true}
 * would only have shown.
 */
public final class QueryParameters {
  private final Map<String, String> values;

  private QueryParameters(Map<String, String> values) {
    this.values = values;
  }

  public static QueryParameters of(HttpRequest request, String... known) {
    List<Pair<String, String>> given = request.getUri().query().toList();
    List<String> seen = new ArrayList<>();
    for (Pair<String, String> parameter : given) {
      if (!List.of(known).contains(parameter.first())) {
        throw ApiException.badRequest(
            "unknown query parameter \"%s\"%s"
                .formatted(
                    parameter.first(),
                    (known.length == 0
                        ? " here"
                        : "; known parameters are " + String.join(", ", known))));
      }
      if (seen.contains(parameter.first())) {
        throw ApiException.badRequest(
            "query parameter " + parameter.first() + " is given twice; give it once");
      }
      seen.add(parameter.first());
    }
    return new QueryParameters(request.getUri().query().toMap());
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  public boolean flag(String name) {
    String text = values.getOrDefault(name, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw ApiException.badRequest(name + " \"" + text + "\" must be true or false");
    }
    return text.equals("true");
  }
}
