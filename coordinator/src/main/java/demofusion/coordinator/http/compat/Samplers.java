package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.model.SamplerNames;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Spacing;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * WebUI's names of samplers. It has two ways to say which noise levels: behind the sampler's name,
 * as until 1.8, and as a scheduler of its own; both are known. Without a word about it a sampler
 * takes the levels that the model was made with.
 */
final class Samplers {
  private static final double KARRAS_RHO = 7;
  private static final double NO_RHO = -1;

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
    return SchedulerKind.OF_FOLDERS.stream()
        .map(
            kind ->
                new Sampler(
                    SamplerNames.sampler(kind),
                    List.of(kind.toString()),
                    kind.spacing() == null
                        ? Map.of()
                        : Map.of("scheduler", kind.spacing().toString())))
        .toList();
  }

  static List<Scheduler> schedulers() {
    return Stream.concat(
            Stream.of(scheduler(SamplerNames.AUTOMATIC, null, NO_RHO)),
            Stream.of(Spacing.values())
                .map(
                    spacing ->
                        scheduler(
                            spacing.scheduleType(),
                            List.of(spacing.toString()),
                            spacing == Spacing.KARRAS ? KARRAS_RHO : NO_RHO)))
        .toList();
  }

  private static Scheduler scheduler(String label, @Nullable List<String> aliases, double rho) {
    String name = label.toLowerCase(Locale.ROOT).replace(' ', '_');
    return new Scheduler(name, label, aliases, rho, false);
  }

  /**
   * The scheduler that two names mean; null: the model's own.
   *
   * @throws ApiException if there is none such here
   */
  static @Nullable SchedulerKind kind(Optional<String> sampler, Optional<String> scheduler) {
    String name = sampler.filter(text -> !text.isBlank()).orElse("");
    String levels = scheduler.filter(text -> !text.isBlank()).orElse("");
    if (name.isEmpty()) {
      if (levels.isEmpty() || levels.equalsIgnoreCase(SamplerNames.AUTOMATIC)) {
        return null;
      }
      throw notFound(
          "scheduler \"%s\" must come with a sampler_name".formatted(Excerpt.of(levels, 40)));
    }
    SamplerNames.Meaning meaning = SamplerNames.read(name, levels);
    if (meaning.kind() == null) {
      throw notFound(
          "Sampler not found: \"%s\" must be one of %s"
              .formatted(
                  Excerpt.of(name, 40),
                  samplers().stream().map(Sampler::name).collect(Collectors.joining(", "))));
    }
    if (meaning.remark() != null) {
      throw notFound(
          "scheduler \"%s\" must be Automatic, or one that is for %s"
              .formatted(Excerpt.of(levels, 40), Excerpt.of(name, 40)));
    }
    return meaning.kind();
  }

  private static ApiException notFound(String sentence) {
    return ApiException.with(StatusCodes.BAD_REQUEST, sentence);
  }
}
