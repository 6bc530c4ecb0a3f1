package demofusion.deploy.compare.stress;

import demofusion.deploy.compare.measure.Interval;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Means for people, under the names that they have on sheet and page. */
final class StressText {
  private StressText() {}

  static Map<String, String> costs(StressMean mean) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("images", Integer.toString(mean.pictures()));
    texts.put("seconds", text("%.1f", mean.seconds()));
    texts.put("forwards", text("%.0f", mean.forwards()));
    texts.put("guided tiles", text("%.0f", mean.guidedTiles()));
    texts.put("device seconds", text("%.1f", mean.deviceSeconds()));
    texts.put("coordinator MiB", text("%.1f", mean.mebibytes()));
    Double device = mean.deviceMebibytes();
    texts.put("device MiB", device == null ? "–" : text("%.0f", device));
    return texts;
  }

  /** Mean, interval and p; of seams the mean times √n, in which they are judged. */
  static String figure(StressMean mean, StressFigure figure) {
    Optional<Interval> known = Optional.ofNullable(mean.figures().get(figure));
    return known.map(interval -> text(figure, interval)).orElse("–");
  }

  private static String text(StressFigure figure, Interval interval) {
    if (figure == StressFigure.SEAM) {
      return text(
          "%.2f (√%d × %.2f)",
          interval.mean() * Math.sqrt(interval.pictures()), interval.pictures(), interval.mean());
    }
    return interval.pictures() < 2
        ? text("%.3f", interval.mean())
        : text(
            "%.3f [%.3f, %.3f] p %.3f",
            interval.mean(), interval.low(), interval.high(), interval.p());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
