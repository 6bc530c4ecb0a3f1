package demofusion.deploy.plan;

import demofusion.coordinator.library.FileNaming;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.LocalLibrary;
import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.model.control.ControlFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the headers of ControlNets and IP-Adapters that are on this machine, for plans: they need
 * no hashes, so no weights are read. What is not here, since a farm has it, is left as it is.
 *
 * @param named files and folders that were named themselves
 * @param library where the others are looked for by their names
 */
public record PlannedNetworks(List<Place> named, LocalLibrary library) {
  public PlannedNetworks {
    named = List.copyOf(named);
  }

  /**
   * @throws DemofusionException BAD_MODEL or BAD_REQUEST, in one sentence, if a file that is here
   *     is none that can be used so
   */
  public RenderSpec look(RenderSpec spec) {
    ConditionSettings asked = spec.conditions();
    if (asked.controls().isEmpty() && asked.adapters().isEmpty()) {
      return spec;
    }
    return spec.toBuilder()
        .conditions(
            asked
                .withControls(asked.controls().stream().map(this::control).toList())
                .withAdapters(asked.adapters().stream().map(this::adapter).toList()))
        .build();
  }

  private ControlUse control(ControlUse use) {
    return where(LibraryKind.CONTROLNET, use.network())
        .map(path -> use.with(use.network(), ControlFile.open(path).facts()))
        .orElse(use);
  }

  private AdapterUse adapter(AdapterUse use) {
    Optional<Path> file = where(LibraryKind.IP_ADAPTER, use.network());
    NamedNetwork asked = use.encoder();
    @Nullable Path encoder =
        asked == null ? null : where(LibraryKind.IMAGE_ENCODER, asked).orElse(null);
    boolean isWhole =
        file.isPresent()
            && (encoder != null
                || (asked == null && !AdapterPair.encodersBeside(file.get()).isEmpty()));
    if (!isWhole) {
      return use;
    }
    AdapterPair pair = AdapterPair.open(file.get(), encoder);
    NamedNetwork name = asked == null ? NamedNetwork.named("image_encoder") : asked;
    return use.with(use.network(), name, pair.facts());
  }

  private Optional<Path> where(LibraryKind kind, NamedNetwork network) {
    return named.stream()
        .filter(place -> place.kind() == kind)
        .map(Place::path)
        .filter(path -> FileNaming.name(kind, path).equals(network.name()))
        .findFirst()
        .or(() -> library.where(kind, network.name()));
  }
}
