package demofusion.deploy.doctor;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.AdapterSizes;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.model.control.ControlFile;
import demofusion.worker.model.adapter.ImagePrompts;
import demofusion.worker.model.folder.Architecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether ControlNets and IP-Adapters fit the model, and what they take beside its UNet: as the
 * headers of their files say, of which no weights are read.
 *
 * @param parameters of the ControlNets, and of the largest IP-Adapter's layers, which lie on a
 *     device together
 */
record SteeringCheck(List<Check> checks, long parameters) {
  private static final String SUBJECT = "networks";

  SteeringCheck {
    checks = List.copyOf(checks);
  }

  /**
   * @param model empty where it cannot be looked at: then nobody knows whether they fit
   */
  static SteeringCheck of(SteeringFiles files, Optional<Architecture> model) {
    List<Check> checks = new ArrayList<>();
    long controls = 0;
    long adapters = 0;
    for (Path path : files.controls()) {
      Found found = found(path, () -> control(path, model));
      checks.add(found.check());
      controls += found.parameters();
    }
    for (Path path : files.adapters()) {
      Found found = found(path, () -> adapter(path, files, model));
      checks.add(found.check());
      adapters = Math.max(adapters, found.parameters());
    }
    return new SteeringCheck(checks, controls + adapters);
  }

  private record Found(Check check, long parameters) {}

  private static Found found(Path path, Supplier<Found> looking) {
    try {
      return looking.get();
    } catch (DemofusionException e) {
      String advice = "demofusion inspect " + path + " shows what it is";
      return new Found(Check.fail(SUBJECT, e.userMessage(), advice), 0);
    }
  }

  private static Found control(Path path, Optional<Architecture> model) {
    ControlFile file = ControlFile.open(path);
    model.ifPresent(there -> file.requireFit(there.unet().shape()));
    long parameters = file.size().parameters();
    String finding =
        "ControlNet %s, made for %s, %s weights"
            .formatted(path, file.shape().madeFor(), millions(parameters));
    return new Found(Check.ok(SUBJECT, finding), parameters);
  }

  private static Found adapter(Path path, SteeringFiles files, Optional<Architecture> model) {
    AdapterPair pair = AdapterPair.open(path, files.encoder());
    model.ifPresent(there -> ImagePrompts.requireFit(pair.adapter(), there.unet()));
    AdapterSizes sizes = Objects.requireNonNull(pair.facts().sizes());
    String finding =
        "IP-Adapter %s, %s weights, and before anything is drawn its image encoder's %s (%s)"
            .formatted(
                path,
                millions(sizes.layers().plus(sizes.projection()).parameters()),
                millions(sizes.encoder().parameters()),
                pair.encoder().file().path());
    return new Found(Check.ok(SUBJECT, finding), sizes.layers().parameters());
  }

  private static String millions(long parameters) {
    return String.format(Locale.ROOT, "%,.1f million", parameters / 1e6);
  }
}
