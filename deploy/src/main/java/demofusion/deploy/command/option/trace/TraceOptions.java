package demofusion.deploy.command.option.trace;

import demofusion.deploy.command.option.group.OptionGroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a coordinator sends jobs' traces; values are read by name, through the configuration. */
public final class TraceOptions implements OptionGroup {
  @Option(
      names = "--otlp",
      paramLabel = "URL",
      description =
          "OpenTelemetry collector to send jobs' traces to, by OTLP over HTTP, for example"
              + " http://collector:4318.")
  @Nullable String otlp;

  @Option(
      names = "--otlp-header",
      paramLabel = "NAME=VALUE",
      description =
          "Header of requests to the collector, %%2C being a comma; repeatable. Others on this"
              + " machine can read a command line: $OTEL_EXPORTER_OTLP_HEADERS"
              + " (NAME=VALUE,NAME=VALUE) is safer.")
  @Nullable List<String> otlpHeaders;

  @Option(
      names = "--trace-sample",
      paramLabel = "SHARE",
      description =
          "Share of the jobs that are traced, from 0 to 1; those whose request says so by"
              + " traceparent are or are not whatever it is (default: 1).")
  @Nullable String traceSample;

  /** The same for another process. */
  public List<String> line() {
    List<String> line = new ArrayList<>();
    if (otlp != null) {
      line.addAll(List.of("--otlp", otlp));
    }
    if (otlpHeaders != null) {
      otlpHeaders.forEach(header -> line.addAll(List.of("--otlp-header", header)));
    }
    if (traceSample != null) {
      line.addAll(List.of("--trace-sample", traceSample));
    }
    return line;
  }

  @Override
  public String heading() {
    return "Traces";
  }
}
