package demofusion.deploy.compare.stress;

import demofusion.deploy.compare.measure.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All pictures of one method at one size.
 *
 * @param figures those that any of its pictures has
 * @param mebibytes of the coordinator's memory that the largest plan needs
 * @param deviceMebibytes of each device's memory that it needs; null: not known, as on a farm
 */
record StressMean(
    String size,
    String method,
    int pictures,
    double seconds,
    double forwards,
    double guidedTiles,
    double deviceSeconds,
    double mebibytes,
    @Nullable Double deviceMebibytes,
    Map<StressFigure, Interval> figures) {
  private static final double MEBIBYTE = 1 << 20;

  static List<StressMean> of(List<StressRow> rows) {
    Map<List<String>, List<StressRow>> groups = new LinkedHashMap<>();
    rows.forEach(
        row ->
            groups
                .computeIfAbsent(List.of(row.size(), row.method()), key -> new ArrayList<>())
                .add(row));
    List<StressMean> means = new ArrayList<>();
    groups.forEach((key, group) -> means.add(of(key.get(0), key.get(1), group)));
    return means;
  }

  private static StressMean of(String size, String method, List<StressRow> rows) {
    Map<StressFigure, Interval> figures = new LinkedHashMap<>();
    for (StressFigure figure : StressFigure.values()) {
      List<Double> values = rows.stream().flatMap(row -> figure.of(row).stream()).toList();
      if (!values.isEmpty()) {
        figures.put(figure, Interval.of(values));
      }
    }
    return new StressMean(
        size,
        method,
        rows.size(),
        mean(rows, StressRow::seconds),
        mean(rows, StressRow::forwards),
        mean(rows, StressRow::guidedTiles),
        mean(rows, StressRow::deviceSeconds),
        rows.stream().mapToLong(StressRow::coordinatorBytes).max().orElse(0) / MEBIBYTE,
        deviceMebibytes(rows),
        figures);
  }

  private static @Nullable Double deviceMebibytes(List<StressRow> rows) {
    return rows.stream()
        .flatMap(row -> Stream.ofNullable(row.deviceBytes()))
        .max(Comparator.naturalOrder())
        .map(bytes -> bytes / MEBIBYTE)
        .orElse(null);
  }

  private static double mean(List<StressRow> rows, ToDoubleFunction<StressRow> figure) {
    return rows.stream().mapToDouble(figure).average().orElse(0);
  }
}
