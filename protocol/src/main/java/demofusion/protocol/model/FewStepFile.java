package demofusion.protocol.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a few-step model is drawn with, as far as its file's name says what it is (modes section 6).
 * A name proves nothing: of what is drawn it decides only at which timestep fast mode begins where
 * nobody says so, and whether guidance is refused there.
 *
 * @param scheduler that it was distilled for
 * @param steps that it was made for, or how many are usual
 * @param mostGuidance up to which it may be guided; 1: it is not
 */
public record FewStepFile(SchedulerKind scheduler, int steps, double mostGuidance) {
  private static final Pattern STEPS = Pattern.compile("(\\d{1,2})[-_ ]?steps?");
  private static final Pattern WORD_LCM = Pattern.compile("(?<![a-z])lcm(?![a-z])");
  private static final Pattern WORD_TCD = Pattern.compile("(?<![a-z])tcd(?![a-z])");
  private static final double UNGUIDED = 1;

  /** More are no few for any of them. */
  private static final int MOST_STEPS = 8;

  /** Of the model or LoRA of that name, as its makers call it. */
  public static Optional<FewStepFile> called(String name) {
    String small = name.toLowerCase(Locale.ROOT);
    Matcher said = STEPS.matcher(small);
    int steps = said.find() ? Integer.parseInt(said.group(1)) : 0;
    if (small.contains("lightning")) {
      return of(Solver.LIGHTNING, steps, 4, UNGUIDED);
    }
    if (small.matches(".*hyper[-_ ]?sd.*")) {
      // Those of a number of steps go straight; that of one, or of any number, is noised anew.
      return steps < 2
          ? of(Solver.TCD, steps, 4, UNGUIDED)
          : of(Solver.HYPER_SD, steps, steps, small.contains("cfg") ? 8 : UNGUIDED);
    }
    if (small.matches(".*(sd|xl)[-_ ]?turbo.*")) {
      return of(Solver.TURBO, steps, 4, UNGUIDED);
    }
    if (WORD_LCM.matcher(small).find()) {
      return of(Solver.LCM, steps, 4, 2);
    }
    return WORD_TCD.matcher(small).find() ? of(Solver.TCD, steps, 4, UNGUIDED) : Optional.empty();
  }

  private static Optional<FewStepFile> of(Solver solver, int said, int usual, double mostGuidance) {
    return Optional.of(
        new FewStepFile(new SchedulerKind(solver, null), said == 0 ? usual : said, mostGuidance));
  }

  /** Whether a picture of so many steps is one of few. */
  public boolean suits(int asked, double guidance) {
    return asked <= Math.max(MOST_STEPS, steps) && guidance <= mostGuidance;
  }

  /** As options. */
  public String words() {
    return "--scheduler %s --steps %s --guidance %s"
        .formatted(scheduler, steps, mostGuidance > 2 ? "5" : "1");
  }
}
