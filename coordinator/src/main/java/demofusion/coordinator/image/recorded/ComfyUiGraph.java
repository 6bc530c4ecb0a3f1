package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.image.GenerationParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * ComfyUI's graph, {@code prompt}: a node for each step of the way, whose inputs are values or
 * links to other nodes. A plain one has a sampler between two texts and an empty latent; of any
 * other a part would be drawn at best, so it is refused.
 */
final class ComfyUiGraph implements Dialect {
  private static final String KEYWORD = "prompt";
  private static final Set<String> SAMPLERS = Set.of("KSampler", "KSamplerAdvanced");

  /** Nodes that do nothing beside the sampler that is not said of it. */
  private static final Set<String> PLAIN =
      Set.of(
          "CheckpointLoaderSimple",
          "CLIPTextEncode",
          "CLIPTextEncodeSDXL",
          "ConditioningZeroOut",
          "EmptyLatentImage",
          "VAEDecode",
          "VAEDecodeTiled",
          "SaveImage",
          "PreviewImage",
          "SaveImageWebsocket",
          "Note",
          "MarkdownNote",
          "PrimitiveInt",
          "PrimitiveFloat",
          "PrimitiveString",
          "PrimitiveStringMultiline",
          // and what is named, as of other programs
          "VAELoader",
          "LoraLoader",
          "LoraLoaderModelOnly",
          "CLIPSetLastLayer");

  @Override
  public Optional<Reading> read(Map<String, String> texts) {
    return JsonText.object(texts.getOrDefault(KEYWORD, texts.get(GenerationParameters.KEYWORD)))
        .filter(all -> all.size() > 0)
        .filter(
            all ->
                StreamSupport.stream(all.spliterator(), false)
                    .allMatch(node -> node.has("class_type")))
        .map(ComfyUiGraph::settings);
  }

  private static Reading settings(JsonNode graph) {
    Set<String> foreign = new TreeSet<>();
    List<JsonNode> samplers = new ArrayList<>();
    graph.forEach(
        node -> {
          String kind = JsonText.text(node, "class_type");
          if (SAMPLERS.contains(kind)) {
            samplers.add(node);
          } else if (!PLAIN.contains(kind)) {
            foreign.add(kind);
          }
        });
    if (!foreign.isEmpty()) {
      return refused("nodes that cannot be taken over: " + String.join(", ", foreign));
    }
    if (samplers.size() != 1) {
      return refused(samplers.size() + " samplers, where one is understood");
    }
    return new ComfyUiPlainGraph(graph, samplers.get(0)).settings();
  }

  static Reading refused(String why) {
    return new Reading.Refused(
        "has a ComfyUI graph with " + why + "; give its prompt and settings as options");
  }
}
