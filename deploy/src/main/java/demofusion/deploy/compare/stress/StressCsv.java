package demofusion.deploy.compare.stress;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The report's tables for programs. */
final class StressCsv {
  private StressCsv() {}

  static String pictures(List<StressRow> rows) {
    StringBuilder csv = new StringBuilder("size,caption,kind,words,seed,method,picture,seconds,");
    csv.append("forwards,guided_views,device_seconds,coordinator_bytes,device_bytes");
    for (StressFigure figure : StressFigure.values()) {
      csv.append(',').append(figure.column());
    }
    csv.append('\n');
    for (StressRow row : rows) {
      csv.append(row.size()).append(',').append(row.caption()).append(',');
      csv.append(quoted(row.kind())).append(',').append(quoted(row.words())).append(',');
      csv.append(row.seed()).append(',').append(quoted(row.method())).append(',');
      csv.append(quoted(row.picture())).append(',');
      csv.append(number(row.seconds())).append(',').append(row.forwards()).append(',');
      csv.append(row.guidedTiles()).append(',').append(number(row.deviceSeconds())).append(',');
      csv.append(row.coordinatorBytes()).append(',');
      csv.append(row.deviceBytes() == null ? "" : row.deviceBytes());
      for (StressFigure figure : StressFigure.values()) {
        Optional<Double> value = figure.of(row);
        csv.append(',').append(value.map(StressCsv::number).orElse(""));
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  static String figures(List<StressMean> means) {
    StringBuilder csv = new StringBuilder("size,method,figure,pictures,mean,low,high,p\n");
    for (StressMean mean : means) {
      mean.figures()
          .forEach(
              (figure, interval) ->
                  csv.append(mean.size())
                      .append(',')
                      .append(quoted(mean.method()))
                      .append(',')
                      .append(figure.column())
                      .append(',')
                      .append(interval.pictures())
                      .append(',')
                      .append(number(interval.mean()))
                      .append(',')
                      .append(number(interval.low()))
                      .append(',')
                      .append(number(interval.high()))
                      .append(',')
                      .append(number(interval.p()))
                      .append('\n'));
    }
    return csv.toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.5f", value);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
