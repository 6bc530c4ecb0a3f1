package demofusion.deploy.command.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.client.FakeFarm;
import demofusion.deploy.client.FarmValues;
import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.CommandLineSpecs;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitCommandTest {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0};

  @TempDir Path folder;
  private final FakeFarm farm = FakeFarm.start();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    farm.close();
  }

  @Test
  void asksForThePictureThatRenderWouldDraw() {
    String[] options = {"--size", "1024x768", "--stride", "16", "--no-jitter", "--threads", "2"};

    int code = submit(with(options, "a cat", "--seed", "7", "--priority", "5", "--model", "sdxl"));

    assertThat(code).isZero();
    assertThat(out()).isEqualTo("job-1\n");
    assertThat(words()).isEmpty();
    NewPicture asked = farm.pictures.get(0);
    assertThat(asked.toRequest(() -> 0).spec()).isEqualTo(CommandLineSpecs.spec(options));
    assertThat(asked.value("priority")).isEqualTo(5);
    assertThat(asked.value("model")).isEqualTo("sdxl");
  }

  @Test
  void submitsEveryPromptWithEverySeed() throws Exception {
    Path prompts = Files.writeString(folder.resolve("prompts"), "a cat\na dog\n");

    submit("--prompts", prompts.toString(), "--count", "2", "--seed", "7", "--json");

    assertThat(farm.pictures)
        .extracting(picture -> picture.value("prompt") + " " + picture.value("seed"))
        .containsExactly("a cat 7", "a cat 8", "a dog 7", "a dog 8");
    assertThat(out().lines()).hasSize(4).allMatch(line -> line.startsWith("{\"id\":\"job-"));
  }

  @Test
  void saysHowManyWereSubmitted_whenTheQueueIsFullInBetween() {
    farm.faults.add(farm.noFault());
    farm.faults.add(FakeFarm.problem(429, "1000 jobs wait; as many are taken"));

    int code = submit("a cat", "--count", "3");

    assertThat(code).isEqualTo(CliConventions.REFUSED);
    assertThat(out()).isEqualTo("job-1\n");
    assertThat(words())
        .isEqualTo(
            "demofusion: 1000 jobs wait; as many are taken (1 of 3 images were submitted, the last"
                + " as job-1)\n");
  }

  @Test
  void uploadsThePictureToStartFrom() throws Exception {
    Path start = Files.write(folder.resolve("start.png"), PNG);

    submit("a cat", "--image", start.toString(), "--strength", "0.5");

    assertThat(farm.pictures.get(0).value("image")).isEqualTo(PNG);
    assertThat(farm.pictures.get(0).value("strength")).isEqualTo(0.5);
  }

  @Test
  void showsTheProgressAndBringsThePicture() throws Exception {
    farm.files.put("/v1/jobs/job-1/image", FarmValues.PICTURE);
    farm.files.put("/v1/jobs/job-1/previews/1", PNG);
    farm.streams.add(
        events -> {
          JobView queued = Objects.requireNonNull(farm.jobs.get("job-1"));
          events.send(FarmValues.state(queued));
          JobView paused =
              FarmValues.withReason("the disk is full", FakeFarm.in(JobState.PAUSED, queued));
          events.send(FarmValues.state(paused));
          events.send(FarmValues.state(paused));
          JobView running = FakeFarm.in(JobState.RUNNING, queued);
          events.send(FarmValues.state(running));
          events.send(new JobEvent(JobEvent.Kind.WARNING, running, null, "the prompt was cut"));
          events.send(FarmValues.state(FakeFarm.in(JobState.DONE, queued)));
        });
    Path picture = folder.resolve("cat.png");

    int code = submit("a cat", "--wait", "--previews", "--output", picture.toString());

    assertThat(words())
        .matches(
            """
            demofusion: submitted as job-1
            demofusion: job-1 is queued
            demofusion: job-1 is paused: the disk is full
            demofusion: the prompt was cut
            phase 1/2  50 steps in [0-9.]+ s
            demofusion: .*cat.png: 1024x768, seed 7, in 13 s
            """);
    assertThat(code).isZero();
    assertThat(out()).isEqualTo(picture + "\n");
    assertThat(picture).hasBinaryContent(FarmValues.PICTURE);
    assertThat(folder.resolve("cat-phase1.png")).hasBinaryContent(PNG);
    assertThat(files()).containsExactly("cat-phase1.png", "cat.png");
  }

  @Test
  void bringsLatentsOfAllPhases() throws Exception {
    farm.files.put("/v1/jobs/job-1/image", FarmValues.PICTURE);
    for (int phase = 1; phase <= 2; phase++) {
      farm.files.put("/v1/jobs/job-1/latents/" + phase, latent(phase));
    }
    farm.streams.add(events -> events.send(FarmValues.state(done("job-1"))));
    Path latents = folder.resolve("latents.safetensors");

    submit("a cat", "--wait", "--output", folder.toString(), "--latents", latents.toString());

    SafetensorsFile file = SafetensorsFile.open(latents);
    assertThat(file.tensor("phase1.final").values()).containsOnly(1f);
    assertThat(file.tensor("phase2.final").values()).containsOnly(2f);
    assertThat(files()).hasSize(2).allMatch(name -> name.matches("a-cat-\\d+.png|latents.*"));
  }

  @Test
  void waitsForAll_whenOneOfThemFails() throws Exception {
    farm.files.put("/v1/jobs/job-2/image", FarmValues.PICTURE);
    farm.streams.add(
        events ->
            events.send(
                FarmValues.state(
                    FakeFarm.in(JobState.FAILED, Objects.requireNonNull(farm.jobs.get("job-1"))))));
    farm.streams.add(events -> events.send(FarmValues.state(done("job-2"))));

    int code = submit("a cat", "--count", "2", "--wait", "-o", folder + "/cat.png", "--json");

    assertThat(code).isEqualTo(CliConventions.FAILED);
    assertThat(words()).contains("job-1 failed: every worker ran out of memory");
    assertThat(out().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("\"state\":\"failed\""),
            line -> assertThat(line).contains("\"state\":\"done\"", "cat-2.png\"}"));
    assertThat(files()).containsExactly("cat-2.png");
  }

  @Test
  void leavesNothing_whenThePictureIsNotWhatTheFarmSays() throws Exception {
    farm.files.put("/v1/jobs/job-1/image", PNG);
    farm.streams.add(events -> events.send(FarmValues.state(done("job-1"))));

    int code = submit("a cat", "--wait", "--output", folder + "/cat.png");

    assertThat(code).isEqualTo(CliConventions.FAILED);
    assertThat(words()).contains("arrived with SHA-256");
    assertThat(files()).isEmpty();
  }

  @Test
  void replacesNothing_underANameThatItMade() throws Exception {
    Files.writeString(folder.resolve("a-cat-7.png"), "mine");
    farm.files.put("/v1/jobs/job-1/image", FarmValues.PICTURE);
    farm.streams.add(events -> events.send(FarmValues.state(done("job-1"))));

    submit("a cat", "--seed", "7", "--wait", "--output", folder.toString());

    assertThat(folder.resolve("a-cat-7.png")).hasContent("mine");
    assertThat(folder.resolve("a-cat-7-1.png")).hasBinaryContent(FarmValues.PICTURE);
  }

  private JobView done(String id) {
    return FakeFarm.in(JobState.DONE, Objects.requireNonNull(farm.jobs.get(id)));
  }

  private byte[] latent(int phase) throws IOException {
    Path file = Files.createTempFile("latent", null);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      Tensor tensor = new Tensor(new int[] {1, 4, 2, 2}, filled(16, phase));
      SafetensorsWriter.toChannel(channel, Map.of("phase" + phase + ".final", tensor), Map.of());
    }
    return Files.readAllBytes(file);
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String[] with(String[] options, String... words) {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of(options));
    return line.toArray(String[]::new);
  }

  private int submit(String... words) {
    List<String> line = new ArrayList<>(List.of("submit"));
    line.addAll(List.of(words));
    line.addAll(List.of("--coordinator", farm.url()));
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            0,
            false);
    return DemofusionCommand.commandLine(terminal).execute(line.toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String words() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
