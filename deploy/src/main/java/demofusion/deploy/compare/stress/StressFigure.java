package demofusion.deploy.compare.stress;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The figures of the report, each of one picture; a picture that has none of one is left out. */
@SuppressWarnings("ImmutableEnumChecker") // functions of rows alone
enum StressFigure {
  LIKENESS("likeness to phase 1 over L's", "likeness", StressRow::likeness),
  LIKENESS_ITSELF("likeness to phase 1", "likeness_to_phase_1", StressRow::likenessToPhase1),
  BAND_0("finest detail over L, log2", "detail0_over_l", row -> at(row.findings().bands(), 0)),
  BAND_1("next finer over L, log2", "detail1_over_l", row -> at(row.findings().bands(), 1)),
  TRUTH_0(
      "finest detail over the truth, log2",
      "detail0_over_truth",
      row -> at(row.findings().bandsOverTruth(), 0)),
  TRUTH_1(
      "next finer over the truth, log2",
      "detail1_over_truth",
      row -> at(row.findings().bandsOverTruth(), 1)),
  GRAIN("grain over L, log2", "grain", row -> row.findings().grain()),
  GAIN("contrast over L's, less 1", "gain", row -> row.findings().gain() - 1),
  DRIFT("drift from L", "drift", row -> row.findings().drift()),
  SEAM("seam z", "seam_z", row -> row.findings().seam()),
  REPEATS("new repeats", "new_repeats", row -> row.findings().repeats()),
  THINGS("things more than in L", "things_over_l", StressFigure::thingsOverL),
  REPEATED_THINGS("share with a repeated thing", "repeated_thing", StressFigure::repeatedThing);

  private final String title;
  private final String column;
  private final Function<StressRow, @Nullable Double> value;

  StressFigure(String title, String column, Function<StressRow, @Nullable Double> value) {
    this.title = title;
    this.column = column;
    this.value = value;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** In tables for programs. */
  String column() {
    return column;
  }

  Optional<Double> of(StressRow row) {
    return Optional.ofNullable(value.apply(row));
  }

  /** How bad a figure is: for choosing what to look at. */
  double badness(StressRow row) {
    double figure = of(row).orElse(0.0);
    return switch (this) {
      case LIKENESS, LIKENESS_ITSELF -> -figure;
      case GAIN, TRUTH_0, TRUTH_1, BAND_0, BAND_1 -> Math.abs(figure);
      default -> figure;
    };
  }

  private static @Nullable Double at(@Nullable List<Double> bands, int band) {
    return bands != null && band < bands.size() ? bands.get(band) : null;
  }

  private static @Nullable Double thingsOverL(StressRow row) {
    Integer things = row.findings().things();
    Integer usual = row.findings().thingsOfL();
    return things == null || usual == null ? null : (double) things - usual;
  }

  private static @Nullable Double repeatedThing(StressRow row) {
    return row.findings().things() == null ? null : row.findings().hasRepeatedThing() ? 1.0 : 0.0;
  }
}
