package demofusion.coordinator.http.compat.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.field.Fields;
import java.util.List;

/** A script's arguments, which WebUI takes by their places. */
final class ScriptArguments {
  private ScriptArguments() {}

  /**
   * Some of them by names; those that are left out at the end are as the user interface has them.
   *
   * @param script its title, for what is said of them
   * @param from the place of the first
   */
  static Fields named(JsonNode args, String script, int from, List<String> names) {
    ObjectNode named = JsonNodeFactory.instance.objectNode();
    for (int n = 0; n < names.size() && from + n < args.size(); n++) {
      named.set(names.get(n), args.get(from + n));
    }
    return new Fields(named, "body", "alwayson_scripts", script, "args");
  }

  /** Refuses what is no list. */
  static void requireList(JsonNode args, String script) {
    if (!args.isArray()) {
      throw ApiException.badRequest(
          "the args of " + script + " must be a list, in the order of its user interface");
    }
  }
}
