package demofusion.deploy.command.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.plan.Calibration;
import demofusion.deploy.plan.CalibrationFile;
import demofusion.deploy.plan.Calibrations;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.GoldenData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
  private static final String DRAWN = "docs/first-picture.png"; // 512x512, 50 steps, stride 16

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void estimatesAnImage_withItsRecordedSettings() throws IOException {
    JsonNode plan = plan("--from", DRAWN);

    assertThat(plan.at("/size").asText()).isEqualTo("512x512");
    assertThat(plan.at("/stride").asInt()).isEqualTo(16);
    assertThat(plan.at("/unit").asText()).isEqualTo("4");
    assertThat(plan.at("/forwards")).isEqualTo(plan("--size", "512x512").at("/forwards"));
  }

  @Test
  void takesWhatIsGiven_ratherThanThePictures() throws IOException {
    JsonNode plan = plan("--from", DRAWN, "--steps", "7", "--size", "1024x512");

    assertThat(plan.at("/size").asText()).isEqualTo("1024x512");
    assertThat(plan.at("/steps").asInt()).isEqualTo(7);
    assertThat(plan.at("/stride").asInt()).isEqualTo(16);
  }

  /** Of tiny networks, for which the tiny model's configuration is given. */
  @Test
  void readsTheHeadersOfNetworks_andRefusesThoseOfOtherModels() throws IOException {
    String control = GoldenData.path("conditioning/controlnet/tiny-sdxl").toString();
    String picture = GoldenData.path("conditioning/pictures/square.png").toString();
    List<String> line = new ArrayList<>(List.of("plan", "--gpus", "3090", "--json"));
    line.addAll(List.of("--model", GoldenData.tinySdxl().toString(), "--size", "256x256"));
    List<String> fitting = new ArrayList<>(line);
    fitting.addAll(List.of("--controlnet", control, "--control-image", picture));
    assertThat(execute(fitting.toArray(String[]::new))).isZero();
    JsonNode plan = new JsonMapper().readTree(out.toByteArray());

    JsonNode row = plan.at("/networks/0");
    assertThat(row.at("/kind").asText()).isEqualTo("controlnet");
    assertThat(row.at("/name").asText()).isEqualTo("tiny-sdxl");
    assertThat(row.at("/parameters").asLong()).isPositive();
    assertThat(row.at("/fileBytes").asLong()).isEqualTo(2 * row.at("/parameters").asLong());
    assertThat(row.at("/deviceBytes").asLong()).isEqualTo(2 * row.at("/parameters").asLong());
    assertThat(row.has("assumed")).isFalse();

    String other = GoldenData.path("conditioning/controlnet/tiny-sd15").toString();
    line.addAll(List.of("--controlnet", other, "--control-image", picture));

    assertThat(execute(line.toArray(String[]::new))).isEqualTo(CliConventions.REFUSED);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("context width 16, this model has 40");
  }

  @Test
  void refusesAPictureWithoutSettings() {
    int exitCode = run("--from", "docs/comparison.png");

    assertThat(exitCode).isEqualTo(CliConventions.REFUSED);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("contains no settings");
  }

  @Test
  void comparesMethods_andSaysWhichOneCannotBe() throws IOException {
    JsonNode methods =
        plan("--methods", "exact,detail,fast", "--size", "512x512", "--window-interaction")
            .get("methods");

    assertThat(methods.at("/0/method").asText()).isEqualTo("exact");
    assertThat(methods.at("/0/estimate/guidedTiles").asDouble()).isPositive();
    assertThat(methods.at("/0/estimate/seconds").asDouble()).isPositive();
    assertThat(methods.at("/1/method").asText()).isEqualTo("detail");
    assertThat(methods.at("/1/refusal").asText()).contains("window interaction", "method detail");
    assertThat(methods).hasSize(3);
  }

  @Test
  void simulatesAnAutoscaledFarm() throws IOException {
    Path jobs = folder.resolve("jobs.csv");
    Files.writeString(
        jobs, "time,size,method,gpu-seconds,count\n0,,,600,2\n60,512x512,detail,,1\n");
    double third = plan("--size", "512x512", "--method", "detail").at("/gpuSeconds").asDouble();

    JsonNode report = plan("--arrivals", jobs.toString(), "--autoscale", "0:4");

    assertThat(report.at("/jobs").asInt()).isEqualTo(3);
    assertThat(report.at("/workGpuHours").asDouble())
        .isCloseTo((1200 + third) / 3600, within(1e-6));
    assertThat(report.at("/farms/0/waiting/max").asDouble()).as("3 min of start-up").isEqualTo(180);
    assertThat(report.at("/farms/1/waiting/max").asDouble()).isZero();
    assertThat(report.at("/farms/0/gpuHours").asDouble())
        .isGreaterThan(1200 / 3600.0)
        .isLessThan(report.at("/farms/1/gpuHours").asDouble());
    assertThat(report.at("/rules/targetSeconds").asDouble()).isEqualTo(600);
  }

  @Test
  void refusesAnAutoscaledFarm_thatCannotBe() throws IOException {
    Path jobs = Files.writeString(folder.resolve("jobs.csv"), "time\n-1\n");
    String file = jobs.toString();

    assertRefused("needs --arrivals FILE", "--autoscale", "0:4");
    assertRefused("needs --autoscale MIN:MAX", "--arrivals", file);
    assertRefused("apply to --arrivals", "--start-up", "3m");
    assertRefused("must be MIN:MAX", "--arrivals", file, "--autoscale", "3:1");
    assertRefused("line 2: time \"-1\" must be a number", "--arrivals", file, "--autoscale", "0:4");
    assertRefused(
        "cannot be combined", "--methods", "exact", "--arrivals", file, "--autoscale", "0:4");
    out.reset();
    String[] two = {"--gpus", "3090:2", "--arrivals", file, "--autoscale", "0:4"};
    List<String> line = new ArrayList<>(List.of("plan", "--model", "models/miniature"));
    line.addAll(List.of(two));
    execute(line.toArray(String[]::new));
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("--gpus 3090:2 must name one GPU");
    Files.writeString(jobs, "when\n1\n");
    assertRefused("must have time", "--arrivals", file, "--autoscale", "0:4");
  }

  private void assertRefused(String why, String... arguments) {
    out.reset();
    assertThat(run(arguments)).isEqualTo(CliConventions.REFUSED);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains(why);
  }

  @Test
  void estimatesSr_byTheUpscalersFile() throws IOException {
    String file = GoldenData.path("modes-runs/upscalers/rrdb-x2.safetensors").toString();
    String[] sr = {"--method", "sr", "--size", "1024x1024", "--upscaler"};

    JsonNode twice = plan(with(sr, file));
    JsonNode known = plan(with(sr, "scenes-x4")); // beside the miniature
    JsonNode unknown = plan(with(sr, "some-x4"));

    assertThat(twice.at("/upscalings").asInt()).as("256 and 512 pixels").isEqualTo(1 + 4);
    assertThat(known.at("/upscalings").asInt()).isEqualTo(1);
    assertThat(known.at("/teraflop/upscaler").asDouble())
        .isPositive()
        .isLessThan(0.1 * unknown.at("/teraflop/upscaler").asDouble());
  }

  @Test
  void refusesAnUpscalerThatIsNone() {
    int exitCode =
        run(with(new String[] {"--method", "sr", "--size", "1024x1024", "--upscaler"}, DRAWN));

    assertThat(exitCode).isEqualTo(CliConventions.REFUSED);
  }

  private static String[] with(String[] options, String last) {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = last;
    return all;
  }

  @Test
  void estimatesFast_asIfItsLoraWereGiven() throws IOException {
    JsonNode fast = plan("--methods", "fast", "--size", "512x512").at("/methods/0/estimate");

    assertThat(fast.at("/encodings").asInt()).isPositive();
    assertThat(fast.at("/phases")).hasSize(2);
  }

  @Test
  void refusesAMethodThatIsNone() {
    assertThat(run("--methods", "exact,magic")).isEqualTo(CliConventions.REFUSED);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"magic\" must be");
  }

  @Test
  void plansForTheDeviceThatWasMeasured() throws IOException {
    Path file = folder.resolve("report.json");
    Calibration card = Calibrations.of("NVIDIA GeForce RTX 3090", "float16");
    Files.writeString(file, "{\"calibration\":" + CalibrationFile.write(card) + "}");

    assertThat(execute("plan", "--model", "models/miniature", "--calibration", file.toString()))
        .isZero();

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("float16", "NVIDIA GeForce RTX 3090", "measured 2026-11-29");
    JsonNode known = plan("--calibration", file.toString(), "--size", "512x512");
    assertThat(known.at("/devices/0/basis").asText()).contains("measured 2026-11-29");
  }

  @Test
  void refusesACalibrationThatIsNone() {
    assertThat(run("--calibration", DRAWN)).isEqualTo(CliConventions.REFUSED);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("as calibration: it is not JSON");
  }

  private JsonNode plan(String... options) throws IOException {
    out.reset();
    int exitCode = run(options);
    assertThat(exitCode).as(out.toString(StandardCharsets.UTF_8)).isZero();
    return new JsonMapper().readTree(out.toByteArray());
  }

  private int run(String... options) {
    List<String> line = new ArrayList<>(List.of("plan", "--gpus", "3090", "--json"));
    line.addAll(List.of("--model", "models/miniature"));
    line.addAll(List.of(options));
    return execute(line.toArray(String[]::new));
  }

  private int execute(String... line) {
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    return DemofusionCommand.commandLine(new Terminal(stream, stream, 0, false)).execute(line);
  }
}
