package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.model.adapter.AdapterFile;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.model.adapter.ImageEncoderFile;
import demofusion.protocol.model.control.ControlFile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the ControlNets, IP-Adapters and image encoders that a request names, as {@link
 * NamedFiles} does LoRAs, and reads of them what the coordinator has to know.
 */
final class NamedNetworks {
  private NamedNetworks() {}

  /**
   * @throws DemofusionException BAD_REQUEST if there is no such file, NOT_FOUND if there is none
   *     any more, BAD_MODEL if it is another kind of file or does not fit
   */
  static RenderSpec find(RenderSpec spec, ModelLibrary library) {
    ConditionSettings asked = spec.conditions();
    if (asked.controls().isEmpty() && asked.adapters().isEmpty()) {
      return spec;
    }
    List<ControlUse> controls =
        asked.controls().stream().map(use -> control(use, library)).toList();
    List<AdapterUse> adapters =
        asked.adapters().stream().map(use -> adapter(use, library)).toList();
    return spec.toBuilder().conditions(asked.withControls(controls).withAdapters(adapters)).build();
  }

  private static ControlUse control(ControlUse use, ModelLibrary library) {
    if (use.network().isResolved() && use.known().isPresent()) {
      library.path(use.network().hash());
      return use;
    }
    LibraryFile file =
        library
            .find(LibraryKind.CONTROLNET, use.network().name())
            .orElseThrow(
                () ->
                    unknown(
                        "ControlNet",
                        use.network(),
                        library.names(LibraryKind.CONTROLNET),
                        "--controlnet, a folder with --controlnet-folder"));
    return use.with(named(use.network(), file), ControlFile.open(file.path()).facts());
  }

  private static AdapterUse adapter(AdapterUse use, ModelLibrary library) {
    NamedNetwork asked = use.encoder();
    if (use.network().isResolved() && asked != null && asked.isResolved() && use.facts() != null) {
      library.path(use.network().hash());
      library.path(asked.hash());
      return use;
    }
    LibraryFile file =
        library
            .find(LibraryKind.IP_ADAPTER, use.network().name())
            .orElseThrow(
                () ->
                    unknown(
                        "IP-Adapter",
                        use.network(),
                        library.names(LibraryKind.IP_ADAPTER),
                        "--ip-adapter, a folder with --ip-adapter-folder"));
    LibraryFile encoder = encoder(asked, file, library);
    AdapterPair pair = AdapterPair.open(file.path(), encoder.path());
    NamedNetwork name = asked == null ? NamedNetwork.named(encoder.name()) : asked;
    return use.with(named(use.network(), file), named(name, encoder), pair.facts());
  }

  private static NamedNetwork named(NamedNetwork asked, LibraryFile file) {
    return new NamedNetwork(asked.name(), file.hash());
  }

  /**
   * @param asked null: what fits, rather one that lies beside the adapter
   */
  private static LibraryFile encoder(
      @Nullable NamedNetwork asked, LibraryFile adapter, ModelLibrary library) {
    List<String> names = library.names(LibraryKind.IMAGE_ENCODER);
    if (asked != null) {
      return library
          .find(LibraryKind.IMAGE_ENCODER, asked.name())
          .orElseThrow(
              () ->
                  unknown(
                      "image encoder",
                      asked,
                      names,
                      "--image-encoder, a folder with --ip-adapter-folder"));
    }
    Path folder = adapter.path().toAbsolutePath().getParent();
    AdapterFile opened = AdapterFile.open(adapter.path());
    List<String> byNearness =
        names.stream()
            .sorted(Comparator.comparing(name -> !liesIn(folder, place(name, library))))
            .toList();
    DemofusionException misfit = null;
    for (String name : byNearness) {
      Optional<Path> path = place(name, library);
      try {
        if (path.isPresent()) {
          AdapterPair.requireFit(opened, ImageEncoderFile.open(path.get()));
          return library.find(LibraryKind.IMAGE_ENCODER, name).orElseThrow();
        }
      } catch (DemofusionException e) {
        if (e.code() != FailureCode.BAD_MODEL) {
          throw e;
        }
        misfit = misfit == null ? e : misfit;
      }
    }
    if (misfit != null) {
      throw misfit;
    }
    AdapterPair.open(adapter.path(), null); // says which encoder is missing
    throw unknown("image encoder", adapter, names);
  }

  private static Optional<Path> place(String encoder, ModelLibrary library) {
    return library.where(LibraryKind.IMAGE_ENCODER, encoder);
  }

  private static boolean liesIn(@Nullable Path folder, Optional<Path> file) {
    return folder != null && file.filter(path -> path.startsWith(folder)).isPresent();
  }

  private static DemofusionException unknown(String what, LibraryFile adapter, List<String> there) {
    return DemofusionException.badRequest(
        ("the IP-Adapter %s needs an %s, and the library has none that fits (%s): put the encoder"
                + " into the folder of --ip-adapter-folder, or on a farm demofusion models add")
            .formatted(adapter.name(), what, NamedFiles.some(there)));
  }

  private static DemofusionException unknown(
      String what, NamedNetwork network, List<String> there, String options) {
    return DemofusionException.badRequest(
        "there is no %s \"%s\" (%s): give a file with %s, or on a farm demofusion models add"
            .formatted(what, network, NamedFiles.some(there), options));
  }
}
