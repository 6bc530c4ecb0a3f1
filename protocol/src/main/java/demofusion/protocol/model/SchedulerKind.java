package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A solver, and how its steps are spaced: {@code SOLVER[-SPACING]} on the command line.
 *
 * @param spacing null: as the model folder says, or the solver's class where it does not
 */
public record SchedulerKind(Solver solver, @Nullable Spacing spacing) {
  public static final SchedulerKind DDIM = new SchedulerKind(Solver.DDIM, null);
  public static final SchedulerKind EULER = new SchedulerKind(Solver.EULER, null);
  public static final SchedulerKind EULER_ANCESTRAL =
      new SchedulerKind(Solver.EULER_ANCESTRAL, null);
  public static final SchedulerKind DPMPP_2M = new SchedulerKind(Solver.DPMPP_2M, null);
  public static final SchedulerKind DPMPP_2M_KARRAS =
      new SchedulerKind(Solver.DPMPP_2M, Spacing.KARRAS);
  public static final SchedulerKind DPMPP_2M_SDE = new SchedulerKind(Solver.DPMPP_2M_SDE, null);
  public static final SchedulerKind DPMPP_2M_SDE_KARRAS =
      new SchedulerKind(Solver.DPMPP_2M_SDE, Spacing.KARRAS);
  public static final SchedulerKind UNIPC = new SchedulerKind(Solver.UNIPC, null);
  public static final SchedulerKind LCM = new SchedulerKind(Solver.LCM, null);

  /** Those that a model folder can name as its own; their places are their numbers on the wire. */
  public static final List<SchedulerKind> OF_FOLDERS =
      List.of(
          DDIM,
          EULER,
          EULER_ANCESTRAL,
          DPMPP_2M,
          DPMPP_2M_KARRAS,
          DPMPP_2M_SDE,
          DPMPP_2M_SDE_KARRAS,
          UNIPC,
          LCM,
          new SchedulerKind(Solver.HEUN, null),
          new SchedulerKind(Solver.DPM2, null),
          new SchedulerKind(Solver.DPM2_ANCESTRAL, null),
          new SchedulerKind(Solver.LMS, null),
          new SchedulerKind(Solver.DPMPP_3M, null),
          new SchedulerKind(Solver.DPMPP_2S, null),
          new SchedulerKind(Solver.PNDM, null),
          new SchedulerKind(Solver.DEIS, null),
          new SchedulerKind(Solver.TCD, null),
          new SchedulerKind(Solver.EDM_EULER, null),
          new SchedulerKind(Solver.EDM_DPMPP_2M, null));

  private static final List<SchedulerKind> ALL =
      Stream.of(Solver.values()).flatMap(SchedulerKind::of).toList();

  public SchedulerKind {
    if (spacing != null && !solver.spacings().contains(spacing)) {
      throw DemofusionException.badRequest(
          "scheduler \"%s-%s\" cannot be: %s takes %s"
              .formatted(
                  solver,
                  spacing,
                  solver,
                  solver.spacings().isEmpty()
                      ? "no spacing"
                      : "the spacings " + listed(solver.spacings().stream())));
    }
  }

  private static Stream<SchedulerKind> of(Solver solver) {
    return Stream.concat(
        Stream.of(new SchedulerKind(solver, null)),
        solver.spacings().stream().map(spacing -> new SchedulerKind(solver, spacing)));
  }

  /** All that there are, solver by solver. */
  public static List<SchedulerKind> all() {
    return ALL;
  }

  /** Reads a name of the command line. */
  public static SchedulerKind parse(String text) {
    for (Solver solver : Solver.values()) {
      if (text.equals(solver.toString())) {
        return new SchedulerKind(solver, null);
      }
      for (Spacing spacing : Spacing.values()) {
        if (text.equals(solver + "-" + spacing)) {
          return new SchedulerKind(solver, spacing);
        }
      }
    }
    throw DemofusionException.badRequest("scheduler \"" + text + "\" must be " + known());
  }

  /** How names are made, for a sentence. */
  public static String known() {
    return "SOLVER or SOLVER-SPACING, where SOLVER is %s, and SPACING is %s"
        .formatted(
            listed(Stream.of(Solver.values())),
            spacings(true, Spacing.TRAILING) + ", or " + spacings(false, Spacing.KARRAS));
  }

  /** Spacings of one sort, and the solvers that take them as they take the example. */
  private static String spacings(boolean areOfTimesteps, Spacing example) {
    return "%s (with %s)"
        .formatted(
            listed(
                Stream.of(Spacing.values())
                    .filter(spacing -> spacing.isOfTimesteps() == areOfTimesteps)),
            listed(
                Stream.of(Solver.values()).filter(solver -> solver.spacings().contains(example))));
  }

  private static String listed(Stream<?> values) {
    return values.map(Object::toString).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return spacing == null ? solver.toString() : solver + "-" + spacing;
  }
}
