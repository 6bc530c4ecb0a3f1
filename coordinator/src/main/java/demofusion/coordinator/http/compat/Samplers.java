package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.model.SchedulerKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * WebUI's names of samplers. It has two ways to say which noise levels: behind the sampler's name,
 * as until 1.8, and as a scheduler of its own; both are known. Without a word about it a sampler
 * takes the levels that the model was made with.
 */
final class Samplers {
  private static final String KARRAS = "karras";
  private static final String AUTOMATIC = "automatic";

  private static final Map<SchedulerKind, SchedulerKind> WITH_KARRAS =
      Map.of(
          SchedulerKind.DPMPP_2M, SchedulerKind.DPMPP_2M_KARRAS,
          SchedulerKind.DPMPP_2M_KARRAS, SchedulerKind.DPMPP_2M_KARRAS,
          SchedulerKind.DPMPP_2M_SDE, SchedulerKind.DPMPP_2M_SDE_KARRAS,
          SchedulerKind.DPMPP_2M_SDE_KARRAS, SchedulerKind.DPMPP_2M_SDE_KARRAS);

  private Samplers() {}

  /** A sampler as WebUI lists it. */
  record Sampler(String name, List<String> aliases, Map<String, String> options) {}

  /** A scheduler as WebUI lists it. */
  record Scheduler(
      String name,
      String label,
      @Nullable List<String> aliases,
      double default_rho,
      boolean need_inner_model) {}

  static List<Sampler> samplers() {
    return Arrays.stream(SchedulerKind.values())
        .map(
            kind ->
                new Sampler(
                    kind.samplerName(),
                    List.of(kind.toString()),
                    kind.samplerName().endsWith("Karras") ? Map.of("scheduler", KARRAS) : Map.of()))
        .toList();
  }

  static List<Scheduler> schedulers() {
    return List.of(
        new Scheduler(AUTOMATIC, "Automatic", null, -1, false),
        new Scheduler(KARRAS, "Karras", null, 7, false));
  }

  /**
   * The scheduler that two names mean; null: the model's own.
   *
   * @throws ApiException if there is none such here
   */
  static @Nullable SchedulerKind kind(Optional<String> sampler, Optional<String> scheduler) {
    SchedulerKind kind = sampler.filter(name -> !name.isBlank()).map(Samplers::named).orElse(null);
    String levels = scheduler.map(name -> name.toLowerCase(Locale.ROOT)).orElse("");
    if (levels.isEmpty() || levels.equals(AUTOMATIC)) {
      return kind;
    }
    SchedulerKind withKarras = kind == null ? null : WITH_KARRAS.get(kind);
    if (!levels.equals(KARRAS) || withKarras == null) {
      throw notFound(
          "scheduler \""
              + Excerpt.of(scheduler.orElse(""), 40)
              + "\" must be Automatic, or Karras with DPM++ 2M or DPM++ 2M SDE");
    }
    return withKarras;
  }

  private static SchedulerKind named(String name) {
    for (SchedulerKind known : SchedulerKind.values()) {
      if (known.samplerName().equalsIgnoreCase(name) || known.toString().equals(name)) {
        return known;
      }
    }
    throw notFound(
        "Sampler not found: \"%s\" must be one of %s"
            .formatted(
                Excerpt.of(name, 40),
                Arrays.stream(SchedulerKind.values())
                    .map(SchedulerKind::samplerName)
                    .collect(Collectors.joining(", "))));
  }

  private static ApiException notFound(String sentence) {
    return ApiException.with(StatusCodes.BAD_REQUEST, sentence);
  }
}
