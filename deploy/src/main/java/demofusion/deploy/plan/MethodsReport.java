package demofusion.deploy.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.deploy.plan.CapacityReport.DeviceRow;
import demofusion.deploy.terminal.ByteSizes;
import demofusion.deploy.terminal.Durations;
import demofusion.deploy.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code plan --methods} prints: several methods side by side, each as {@link CapacityReport}
 * has it.
 */
public record MethodsReport(List<Row> methods) {
  /**
   * One method.
   *
   * @param method as it was asked for
   * @param estimate null: it cannot be drawn so
   * @param refusal why not
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Row(String method, @Nullable CapacityReport estimate, @Nullable String refusal) {}

  public MethodsReport {
    methods = List.copyOf(methods);
  }

  /** For people. */
  public List<String> lines() {
    Table table =
        new Table(
            "method",
            "phases",
            "guided tiles",
            "forwards",
            "decode",
            "encode",
            "upscale",
            "TFLOP",
            "GPU time",
            "time",
            "memory");
    for (Row row : methods) {
      CapacityReport estimate = row.estimate();
      if (estimate != null) {
        table.add(cells(row.method(), estimate));
      }
    }
    List<String> lines =
        new ArrayList<>(
            methods.stream()
                .flatMap(row -> Stream.ofNullable(row.estimate()))
                .findFirst()
                .map(MethodsReport::title)
                .stream()
                .toList());
    lines.addAll(table.lines(0));
    for (Row row : methods) {
      if (row.refusal() != null) {
        lines.add(row.method() + ": " + row.refusal());
      }
    }
    return lines;
  }

  private static String title(CapacityReport any) {
    return "%s in %s: %s, on %s"
        .formatted(
            any.model(),
            any.precision(),
            any.size(),
            any.devices().stream()
                .map(device -> device.count() + " × " + device.name())
                .collect(Collectors.joining(", ")));
  }

  private static String[] cells(String method, CapacityReport estimate) {
    return new String[] {
      method,
      Integer.toString(estimate.phases().size()),
      String.format(Locale.ROOT, "%,.0f", Math.ceil(estimate.guidedTiles())),
      String.format(Locale.ROOT, "%,d", estimate.forwards()),
      Long.toString(estimate.tiles()),
      Long.toString(estimate.encodings()),
      Long.toString(estimate.upscalings()),
      String.format(Locale.ROOT, "%,.0f", estimate.teraflop().all()),
      Durations.words(estimate.gpuSeconds()),
      Durations.words(estimate.seconds()),
      ByteSizes.words(estimate.devices().stream().mapToLong(DeviceRow::needBytes).max().orElse(0))
    };
  }
}
