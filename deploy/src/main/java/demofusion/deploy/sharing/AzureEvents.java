package demofusion.deploy.sharing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.Set;

/** Azure's document of scheduled events. */
final class AzureEvents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ENDS = Set.of("Preempt", "Terminate");

  private AzureEvents() {}

  /** The type of the first event that ends a machine; of restarts and freezes nothing is said. */
  static Optional<String> ending(String document) {
    try {
      for (JsonNode event : JSON.readTree(document).path("Events")) {
        String type = event.path("EventType").asText();
        if (ENDS.contains(type)) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
