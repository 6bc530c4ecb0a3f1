package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.auth.Caller;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What callers set by {@code POST options}: a model and DemoFusion's settings, each for its own
 * requests only, until the coordinator ends. For any thread.
 */
final class CallerOptions {
  private static final int MOST_CALLERS = 1000;

  private final Map<String, ObjectNode> options =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ObjectNode> eldest) {
          return size() > MOST_CALLERS;
        }
      };

  /** A copy. */
  synchronized ObjectNode of(Caller caller) {
    ObjectNode known = options.get(caller.name());
    return known == null ? JsonNodeFactory.instance.objectNode() : known.deepCopy();
  }

  synchronized void set(Caller caller, ObjectNode news) {
    ObjectNode known = of(caller);
    known.setAll(news);
    options.put(caller.name(), known);
  }
}
