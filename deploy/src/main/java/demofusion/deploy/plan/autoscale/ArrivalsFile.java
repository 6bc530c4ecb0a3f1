package demofusion.deploy.plan.autoscale;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Jobs over time, as {@code plan --arrivals} takes them: CSV with a line of names, of which {@code
 * time} (seconds since the beginning) is needed, and {@code size}, {@code method}, {@code
 * gpu-seconds} and {@code count} may be there.
 */
public final class ArrivalsFile {
  private static final Set<String> KNOWN = Set.of("time", "size", "method", "gpu-seconds", "count");
  private static final int MOST_JOBS = 10_000;
  private static final double MOST_SECONDS = 31 * 86_400.0;
  private static final double MOST_WORK = 1e7;

  /**
   * One line.
   *
   * @param time in seconds
   * @param size as --size; null: the plan's
   * @param method as one of --methods; null: the plan's
   * @param gpuSeconds that it takes; null: as planned
   * @param count how many such jobs come at once
   */
  public record Row(
      double time,
      @Nullable String size,
      @Nullable String method,
      @Nullable Double gpuSeconds,
      int count) {}

  private ArrivalsFile() {}

  /**
   * @throws DemofusionException BAD_REQUEST if it is none
   */
  public static List<Row> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_REQUEST,
          "--arrivals " + file + " cannot be read; it must be a CSV file in UTF-8",
          e);
    }
    List<String> names = lines.isEmpty() ? List.of() : cells(lines.get(0));
    if (!names.contains("time") || !KNOWN.containsAll(names)) {
      throw DemofusionException.badRequest(
          "--arrivals %s has the columns %s; it must have time, and may have size, method, gpu-seconds and count"
              .formatted(file, names));
    }
    List<Row> rows = new ArrayList<>();
    long jobs = 0;
    for (int n = 1; n < lines.size(); n++) {
      if (!lines.get(n).isBlank()) {
        Row row = row(names, cells(lines.get(n)), "--arrivals " + file + " line " + (n + 1));
        rows.add(row);
        jobs += row.count();
      }
    }
    if (jobs < 1 || jobs > MOST_JOBS) {
      throw DemofusionException.badRequest(
          "--arrivals %s has %d jobs; it must have 1 to %d".formatted(file, jobs, MOST_JOBS));
    }
    return rows;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.split(",", -1)).map(String::strip).toList();
  }

  private static Row row(List<String> names, List<String> cells, String where) {
    if (cells.size() != names.size()) {
      throw DemofusionException.badRequest(
          "%s has %d values; it must have %d, as the first line"
              .formatted(where, cells.size(), names.size()));
    }
    String work = cell(names, cells, "gpu-seconds");
    String count = cell(names, cells, "count");
    String time = cell(names, cells, "time");
    return new Row(
        number(time == null ? "" : time, 0, MOST_SECONDS, where + ": time"),
        cell(names, cells, "size"),
        cell(names, cells, "method"),
        work == null ? null : number(work, 1e-3, MOST_WORK, where + ": gpu-seconds"),
        count == null ? 1 : (int) number(count, 1, MOST_JOBS, where + ": count"));
  }

  private static @Nullable String cell(List<String> names, List<String> cells, String name) {
    int at = names.indexOf(name);
    return at < 0 || cells.get(at).isEmpty() ? null : cells.get(at);
  }

  private static double number(String text, double least, double most, String what) {
    try {
      double value = Double.parseDouble(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw DemofusionException.badRequest(
        "%s \"%s\" must be a number from %s to %.0f"
            .formatted(what, text, least == 0 || least == 1 ? (int) least : least, most));
  }
}
