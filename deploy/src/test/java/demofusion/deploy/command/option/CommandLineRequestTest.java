package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.RecordedSettings;
import demofusion.deploy.Plans;
import demofusion.deploy.command.option.CommandLineRequest.Subject;
import demofusion.deploy.command.render.RenderCommand;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.CropCorner;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.FusionSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class CommandLineRequestTest {
  private static final ModelId MINIATURE =
      new ModelId(
          new ModelKind("0123456789abcdef", Precision.FLOAT32, "cpu"),
          new ModelSource("miniature", null, null));

  private static final String[] EVERYTHING = {
    "a lighthouse",
    "--negative",
    "blurry, \"ugly\"",
    "--prompt-2",
    "a tower: tall",
    "--negative-2",
    "",
    "--seed",
    "7",
    "--size",
    "1024x768",
    "--steps",
    "20",
    "--guidance",
    "5.5",
    "--guidance-rescale",
    "0.7",
    "--scheduler",
    "dpmpp-2m-karras",
    "--original-size",
    "2048x1536",
    "--crop",
    "16,32",
    "--method",
    "multidiffusion",
    "--stride",
    "8",
    "--view-batch",
    "half",
    "--sigma",
    "1",
    "--cosine-scale-1",
    "2",
    "--cosine-scale-2",
    "1.5",
    "--cosine-scale-3",
    "0.5",
    "--no-skip-residual",
    "--no-dilated",
    "--no-progressive",
    "--no-gaussian",
    "--no-jitter",
    "--compat",
    "reference",
    "--threads",
    "2"
  };

  @Test
  void isThePapersRequest_whenOnlyAPromptIsGiven() {
    RenderSpec spec = spec("a lighthouse", "--seed", "3");

    assertThat(spec).isEqualTo(RenderSpec.of("a lighthouse", 3));
  }

  @Test
  void hasAPlaceForEveryOption() {
    assertThat(spec(EVERYTHING))
        .isEqualTo(
            RenderSpec.of("", 7).toBuilder()
                .prompts(new Prompts("a lighthouse", "a tower: tall", "blurry, \"ugly\"", ""))
                .size(new PixelExtent(1024, 768))
                .steps(20)
                .guidance(new Guidance(5.5f, 0.7f))
                .scheduler(SchedulerKind.DPMPP_2M_KARRAS)
                .stride(8)
                .unit(ViewBatchSize.half())
                .fusion(new FusionSettings(1, 2, 1.5, 0.5))
                .method(RenderMethod.MULTIDIFFUSION)
                .ablations(new DemoFusionParts(false, false, false, false, false))
                .originalSize(new PixelExtent(2048, 1536))
                .crop(new CropCorner(16, 32))
                .referenceOddities(true)
                .threads(2)
                .build());
  }

  @Test
  void isMadeAgain_fromWhatAPictureCarries() {
    RenderSpec drawn = spec("a lighthouse", "--seed", "3", "--no-jitter", "--negative", "");

    RenderSpec again = specFrom(drawn);

    assertThat(Plans.of(again)).isEqualTo(Plans.of(spec(resolved(drawn))));
    assertThat(again.prompts()).isEqualTo(drawn.prompts());
    assertThat(again.ablations()).isEqualTo(drawn.ablations());
    assertThat(again.seed()).isEqualTo(3);
  }

  @Test
  void isMadeAgain_withSettingsThatAreGiven() {
    RenderSpec again = specFrom(spec("a lighthouse", "--steps", "20"), "--steps", "30", "a castle");

    assertThat(again.steps()).isEqualTo(30);
    assertThat(again.prompts().prompt()).isEqualTo("a castle");
  }

  @Test
  void countsSeedsUp_promptByPrompt() {
    List<Subject> subjects =
        request("x", "--count", "2", "--seed", "5").subjects(List.of("a", "b"), () -> 0);

    assertThat(subjects)
        .containsExactly(
            new Subject("a", 5), new Subject("a", 6), new Subject("b", 5), new Subject("b", 6));
  }

  @Test
  void takesARandomSeed_whenNoneIsGiven() {
    assertThat(request("x").subjects(List.of("a"), () -> 99).get(0).seed()).isEqualTo(99);
  }

  @Test
  void takesAPromptWithAnAtSign_forWords(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("home"), "something else");

    assertThat(spec("@" + file).prompts().prompt()).isEqualTo("@" + file);
  }

  @Test
  void readsTheModelAsThePictureDid() {
    ModelId half =
        new ModelId(
            new ModelKind("0123456789abcdef", Precision.FLOAT16, "cuda"),
            new ModelSource("sdxl", "fp16", "fix"));
    GenerationParameters carried =
        GenerationParameters.parse(
            RecordedSettings.of(Plans.of(RenderSpec.of("x", 1)), half).toText());

    ModelOptions model = commandFrom(carried).model;

    assertThat(model.precision).isEqualTo(Precision.FLOAT16);
    assertThat(model.variant).isEqualTo("fp16");
    assertThat(carried.settings()).containsEntry(RecordedSettings.VAE, "fix");
  }

  @Test
  void takesNoStrength_fromAnotherProgramsPicture() {
    GenerationParameters carried =
        GenerationParameters.parse(
            "a cat\nSteps: 20, Sampler: Euler a, Seed: 5, Denoising strength: 0.7");

    assertThat(first(commandFrom(carried)).seed()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "--guidance, NaN, '\"NaN\" must be a number, for example 7.5'",
    "--sigma, Infinity, '\"Infinity\" must be a number, for example 7.5'",
    "--steps, 2.5, '\"2.5\" must be a whole number'",
    "--method, magic, '\"magic\" must be demofusion, multidiffusion, direct, detail, fast or sr'",
    "--crop, 7, '\"7\" must be TOP,LEFT in pixels, for example 0,256'",
    "--size, 512, 'size \"512\" must be WIDTHxHEIGHT in pixels, for example 2048x1536'",
    "--precision, float8, 'precision \"float8\" must be float32, float16 or bfloat16'",
  })
  void refusesWhatIsNoValue(String option, String value, String sentence) {
    assertThatThrownBy(() -> parse("x", option, value))
        .isInstanceOf(ParameterException.class)
        .hasRootCauseMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "--steps, 0", "--steps, 1001", "--guidance, -1", "--guidance-rescale, 1.5", "--sigma, 0",
    "--cosine-scale-1, -1", "--threads, 0", "--seed, -1", "--count, 0", "--strength, 0.5"
  })
  void refusesWhatIsOutOfBounds(String option, String value) {
    assertThatThrownBy(() -> spec("x", option, value))
        .isInstanceOf(DemofusionException.class)
        .hasMessageMatching("(?s)[^\\n]+");
  }

  private static RenderSpec specFrom(RenderSpec drawn, String... given) {
    GenerationParameters carried =
        GenerationParameters.parse(RecordedSettings.of(Plans.of(drawn), MINIATURE).toText());
    return first(commandFrom(carried, given));
  }

  private static RenderCommand commandFrom(GenerationParameters carried, String... given) {
    RecordedOptions recorded =
        new RecordedOptions(
            carried.prompt(),
            RecordedSettings.toOptions(carried),
            "",
            "",
            "",
            "",
            "",
            "",
            List.of(),
            List.of());
    RenderCommand command = new RenderCommand();
    command.setTerminal(nowhere());
    CliConventions.reading(new CommandLine(command).setDefaultValueProvider(recorded))
        .parseArgs(given);
    return command;
  }

  /** What the plan left nothing open of. */
  private static String[] resolved(RenderSpec drawn) {
    return new String[] {
      drawn.prompts().prompt(),
      "--seed",
      Long.toString(drawn.seed()),
      "--no-jitter",
      "--negative",
      "",
      "--size",
      Plans.of(drawn).size().toString(),
      "--stride",
      Integer.toString(Plans.of(drawn).stride()),
      "--view-batch",
      Plans.of(drawn).unit().toString(),
      "--scheduler",
      Plans.of(drawn).scheduler().kind().toString()
    };
  }

  private static RenderSpec spec(String... arguments) {
    return first(parse(arguments));
  }

  private static RenderSpec first(RenderCommand command) {
    CommandLineRequest request = request(command);
    String prompt = String.valueOf(command.words.prompt);
    return request.spec(request.subjects(List.of(prompt), () -> 0).get(0), null);
  }

  private static CommandLineRequest request(String... arguments) {
    return request(parse(arguments));
  }

  private static CommandLineRequest request(RenderCommand command) {
    return new CommandLineRequest(
        command.words, command.picture, command.method, command.model.threads);
  }

  private static RenderCommand parse(String... arguments) {
    RenderCommand command = new RenderCommand();
    command.setTerminal(nowhere());
    CliConventions.reading(new CommandLine(command)).parseArgs(arguments);
    return command;
  }

  private static Terminal nowhere() {
    PrintStream nothing = new PrintStream(OutputStream.nullOutputStream());
    return new Terminal(nothing, nothing, 0, false);
  }
}
