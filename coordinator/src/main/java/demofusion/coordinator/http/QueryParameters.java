package demofusion.coordinator.http;

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
final class QueryParameters {
  private final Map<String, String> values;

  private QueryParameters(Map<String, String> values) {
    this.values = values;
  }

  static QueryParameters of(HttpRequest request, String... known) {
    List<Pair<String, String>> given = request.getUri().query().toList();
    List<String> seen = new ArrayList<>();
    for (Pair<String, String> parameter : given) {
      if (!List.of(known).contains(parameter.first())) {
        throw Refused.badRequest(
            "there is no query parameter \""
                + parameter.first()
                + "\""
                + (known.length == 0 ? " here" : "; known are " + String.join(", ", known)));
      }
      if (seen.contains(parameter.first())) {
        throw Refused.badRequest(
            "query parameter " + parameter.first() + " is given twice; once is enough");
      }
      seen.add(parameter.first());
    }
    return new QueryParameters(request.getUri().query().toMap());
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  boolean flag(String name) {
    String text = values.getOrDefault(name, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw Refused.badRequest(name + " \"" + text + "\" must be true or false");
    }
    return text.equals("true");
  }
}
