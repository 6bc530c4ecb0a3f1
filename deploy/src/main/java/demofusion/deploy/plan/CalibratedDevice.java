package demofusion.deploy.plan;

import demofusion.deploy.plan.Calibration.Forward;
import demofusion.deploy.plan.Calibration.Picture;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A device whose times follow from what a selftest measured on one of its kind: a piece takes its
 * operations over the rate that pieces of its size reached, and between forwards passes the share
 * of time that passed there.
 */
final class CalibratedDevice implements Device {
  private static final double TERA = 1e12;

  /** Forwards of so many times the largest measured say little of what a device reaches. */
  private static final double FAR = 8;

  /** A rate, reached by a piece of so many operations. */
  private record Point(double flop, double rate) {}

  private final Calibration measured;

  CalibratedDevice(Calibration measured) {
    this.measured = measured;
  }

  @Override
  public String name() {
    return measured.device().name();
  }

  @Override
  public int lanes() {
    return measured.device().lanes();
  }

  /** Where the times of such work come from, for people. */
  String basis(PlannedWork work) {
    double largest = measured.forwards().stream().mapToDouble(Forward::flop).max().orElseThrow();
    boolean isFar =
        work.stages().stream()
            .flatMap(stage -> stage.pieces().stream())
            .filter(piece -> piece.kind() == Piece.Kind.FORWARD)
            .anyMatch(piece -> piece.flop() > FAR * largest);
    return isFar ? basis() + ": measured with a much smaller model" : basis();
  }

  private String basis() {
    Forward best =
        measured.forwards().stream().max(Comparator.comparingDouble(Forward::rate)).orElseThrow();
    return String.format(
        Locale.ROOT,
        "up to %.3g TFLOP/s, %.0f %% of its matrix rate, measured %s with %s",
        best.rate() / TERA,
        100 * measured.matrixShare(best),
        measured.measuredAt(),
        measured.model().name());
  }

  @Override
  public double seconds(Piece piece) {
    return lanes()
        * switch (piece.kind()) {
          // Another model's towers may be larger than those that were timed.
          case IMAGE -> forward(piece);
          case TEXT -> Math.max(measured.textSeconds(), forward(piece));
          case FORWARD, UPSCALE -> forward(piece) / (1 - measured.gapShare());
          case SOURCE, ENCODE -> picture(piece, Picture.ENCODE);
          case SURVEY, WHOLE, TILE -> picture(piece, Picture.DECODE);
        };
  }

  private double forward(Piece piece) {
    List<Forward> alike =
        measured.forwards().stream()
            .filter(each -> each.height() == piece.extent().height())
            .filter(each -> each.width() == piece.extent().width())
            .toList();
    List<Forward> rows = alike.isEmpty() ? measured.forwards() : alike;
    return seconds(piece, rows.stream().map(each -> new Point(each.flop(), each.rate())).toList());
  }

  private double picture(Piece piece, String task) {
    List<Picture> alike =
        measured.pictures().stream().filter(each -> each.task().equals(task)).toList();
    List<Picture> rows = alike.isEmpty() ? measured.pictures() : alike;
    return seconds(piece, rows.stream().map(each -> new Point(each.flop(), each.rate())).toList());
  }

  /** Between two sizes that were measured the rate is taken in proportion; beyond, the last. */
  private static double seconds(Piece piece, List<Point> points) {
    List<Point> sorted = points.stream().sorted(Comparator.comparingDouble(Point::flop)).toList();
    Point below = sorted.get(0);
    for (Point above : sorted) {
      if (above.flop() >= piece.flop()) {
        return piece.flop() / between(below, above, Math.max(piece.flop(), below.flop()));
      }
      below = above;
    }
    return piece.flop() / below.rate();
  }

  private static double between(Point below, Point above, double flop) {
    if (above.flop() <= below.flop()) {
      return above.rate();
    }
    double share = Math.log(flop / below.flop()) / Math.log(above.flop() / below.flop());
    return below.rate() + share * (above.rate() - below.rate());
  }
}
