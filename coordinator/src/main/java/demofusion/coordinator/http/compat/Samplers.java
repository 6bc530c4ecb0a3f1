package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.model.SamplerNames;
import demofusion.protocol.model.SamplerNames.Meaning;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import demofusion.protocol.model.Spacing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * WebUI's names of samplers and of schedulers, which say how a sampler's steps are spaced: behind
 * the sampler's name, as until 1.8, or beside it. Without a word about it, as with Automatic, a
 * sampler takes the spacing that it has in WebUI since 1.9; where that is none, the one that the
 * model was made with.
 */
final class Samplers {
  private static final double KARRAS_RHO = 7;
  private static final double NO_RHO = -1;
  private static final int LONGEST_NAME = 40;

  /** Those of WebUI that are made from the model's own timesteps. */
  private static final Set<Spacing> OF_THE_MODEL =
      EnumSet.of(
          Spacing.SGM_UNIFORM, Spacing.SIMPLE, Spacing.NORMAL, Spacing.DDIM_UNIFORM, Spacing.BETA);

  /** By our own names, which mean what they mean on the command line. */
  private static final Map<String, SchedulerKind> OURS =
      SchedulerKind.all().stream()
          .collect(Collectors.toUnmodifiableMap(SchedulerKind::toString, kind -> kind));

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

  /**
   * What two names mean.
   *
   * @param kind null: the model's own
   * @param note what is drawn otherwise than it was asked for
   */
  record Choice(@Nullable SchedulerKind kind, Optional<String> note) {}

  /** The aliases begin with our own name of what is drawn. */
  static List<Sampler> samplers() {
    List<Sampler> samplers = new ArrayList<>();
    for (Solver solver : Solver.values()) {
      samplers.add(sampler(solver.samplerName(), new SchedulerKind(solver, solver.automatic())));
    }
    // By the names of older clients.
    SchedulerKind.OF_FOLDERS.stream()
        .filter(kind -> kind.spacing() != null)
        .forEach(kind -> samplers.add(sampler(SamplerNames.sampler(kind), kind)));
    return samplers;
  }

  private static Sampler sampler(String name, SchedulerKind kind) {
    String small = small(name).replace("++", "pp");
    boolean isKDiffusion = kind.solver().spacings().contains(Spacing.KARRAS);
    String alias = isKDiffusion ? "k_" + small : small;
    String ours = kind.toString();
    Spacing spacing = kind.spacing();
    return new Sampler(
        name,
        alias.equals(ours) ? List.of(ours) : List.of(ours, alias),
        spacing == null ? Map.of() : Map.of("scheduler", small(spacing.scheduleType())));
  }

  static List<Scheduler> schedulers() {
    List<Scheduler> schedulers = new ArrayList<>();
    schedulers.add(new Scheduler("automatic", SamplerNames.AUTOMATIC, null, NO_RHO, false));
    // Which is Normal by another name.
    schedulers.add(new Scheduler("uniform", "Uniform", null, NO_RHO, true));
    for (Spacing spacing : Spacing.values()) {
      String label = spacing.scheduleType();
      String ours = small(spacing.toString()).replace('-', '_');
      schedulers.add(
          new Scheduler(
              small(label),
              label,
              ours.equals(small(label)) ? null : List.of(ours),
              spacing == Spacing.KARRAS ? KARRAS_RHO : NO_RHO,
              OF_THE_MODEL.contains(spacing)));
    }
    return schedulers;
  }

  private static String small(String label) {
    return label.toLowerCase(Locale.ROOT).replace(' ', '_');
  }

  /**
   * What is drawn where a request names these; one that is unknown, or not for the sampler, leaves
   * the choice to the sampler, as in WebUI.
   *
   * @throws ApiException if there is no such sampler here
   */
  static Choice choice(Optional<String> sampler, Optional<String> scheduler) {
    if (sampler.isEmpty()) {
      return scheduler
          .filter(name -> !name.strip().equalsIgnoreCase(SamplerNames.AUTOMATIC))
          .map(Samplers::ofEuler)
          .orElse(new Choice(null, Optional.empty()));
    }
    String name = sampler.get();
    if (scheduler.isEmpty() && OURS.containsKey(name)) {
      return new Choice(OURS.get(name), Optional.empty());
    }
    return spaced(name, scheduler.orElse(SamplerNames.AUTOMATIC));
  }

  /** Euler is WebUI's sampler where none is named. */
  private static Choice ofEuler(String scheduler) {
    Choice choice = spaced(Solver.EULER.samplerName(), scheduler);
    return choice.note().isEmpty()
        ? new Choice(
            choice.kind(),
            Optional.of("a scheduler without a sampler_name is drawn with Euler, as WebUI does"))
        : new Choice(null, choice.note());
  }

  private static Choice spaced(String sampler, String scheduler) {
    Meaning meaning = SamplerNames.read(sampler, Excerpt.of(scheduler, LONGEST_NAME));
    if (meaning.kind() == null) {
      throw notFound(sampler);
    }
    if (meaning.remark() == null) {
      return new Choice(meaning.kind(), Optional.empty());
    }
    SchedulerKind own = SamplerNames.read(sampler, SamplerNames.AUTOMATIC).kind();
    return new Choice(own, Optional.of(meaning.remark()));
  }

  private static ApiException notFound(String name) {
    return ApiException.with(
        StatusCodes.BAD_REQUEST,
        "Sampler not found: \"%s\" must be one of %s"
            .formatted(
                Excerpt.of(name, LONGEST_NAME),
                String.join(
                    ", ", Arrays.stream(Solver.values()).map(Solver::samplerName).toList())));
  }
}
