package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.StoredFile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** The LoRAs and embeddings of the farm's store, as WebUI lists its own. */
final class StoredFileRoutes {
  private final ApiContext context;

  StoredFileRoutes(ApiContext context) {
    this.context = context;
  }

  /**
   * A LoRA as WebUI lists it.
   *
   * @param alias what it calls itself, else its name; either is found in prompts
   */
  record Lora(String name, String alias, String path, Map<String, Object> metadata) {
    static Lora of(StoredFile file) {
      String alias = file.ownName() == null ? file.name() : file.ownName();
      return new Lora(file.name(), alias, file.name(), Map.of());
    }
  }

  /** A textual inversion as WebUI lists it; how it was trained is not looked at. */
  record Embedding(
      @Nullable Integer step,
      @JsonProperty("sd_checkpoint") @Nullable String checkpoint,
      @JsonProperty("sd_checkpoint_name") @Nullable String checkpointName) {
    static final Embedding ANY = new Embedding(null, null, null);
  }

  /** Those that the farm has, by their words. */
  record Embeddings(Map<String, Embedding> loaded, Map<String, Embedding> skipped) {
    static Embeddings of(List<StoredFile> files) {
      Map<String, Embedding> words = new TreeMap<>();
      files.forEach(file -> words.put(file.name(), Embedding.ANY));
      return new Embeddings(words, Map.of());
    }
  }

  List<Endpoint> endpoints() {
    return List.of(
        loras("loras", "The LoRAs of the farm's store."),
        loras("lycos", "The same; LyCORIS files are LoRAs."),
        Endpoint.get(
                "/sdapi/v1/embeddings",
                Role.VIEW,
                call -> answer(LibraryKind.EMBEDDING, Embeddings::of))
            .as(
                StableDiffusionApi.operation("embeddings", "The embeddings of the farm's store.")
                    .answers(200, CatalogueRoutes.ALL, Embeddings.class)));
  }

  private Endpoint loras(String name, String summary) {
    return Endpoint.get(
            "/sdapi/v1/" + name,
            Role.VIEW,
            call -> answer(LibraryKind.LORA, files -> files.stream().map(Lora::of).toList()))
        .as(
            StableDiffusionApi.operation(name, summary)
                .answersList(200, CatalogueRoutes.ALL, Lora.class));
  }

  /** The store may be waiting for its disk, so the question waits elsewhere. */
  private Route answer(LibraryKind kind, Function<List<StoredFile>, Object> asWebUi) {
    ModelStore store = context.store();
    return Directives.completeWithFuture(
        CompletableFuture.supplyAsync(store::list, context.files())
            .thenApply(
                list ->
                    list.files().stream()
                        .filter(file -> file.kind().equals(kind.toString()))
                        .toList())
            .thenApply(files -> Responses.ok(asWebUi.apply(files))));
  }
}
