package demofusion.deploy.command.option;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.RecordedSettings;
import demofusion.coordinator.image.RequestPictures;
import demofusion.deploy.Plans;
import demofusion.deploy.command.farm.SubmitCommand;
import demofusion.deploy.command.render.RenderCommand;
import demofusion.deploy.compare.Contestant;
import demofusion.deploy.compare.StudySetting;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.Field.Surface;
import demofusion.protocol.api.request.FieldSamples;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.condition.AdapterList;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Holds every place that has a request's fields to the table of fields. It adds nothing to the
 * tests of those places, but names every surface that lacks a field. (That JSON, the guests' list
 * and the page's form have them is held where those are.)
 */
class RequestFieldSurfacesTest {
  @TempDir static Path folder;

  private static final ModelId MODEL =
      new ModelId(
          new ModelKind("0123456789abcdef", Precision.FLOAT32, "cpu"),
          new ModelSource("miniature", null, null));

  /** Options that are no fields of a request: where to, with what, and how it is shown. */
  private static final Set<String> NO_FIELDS =
      Set.of(
          "--audit",
          "--ca",
          "--control-end",
          "--control-fit",
          "--control-image",
          "--control-make",
          "--control-mode",
          "--control-resize",
          "--control-start",
          "--control-weight",
          "--controlnet", // one of --controlnets, with what follows it
          "--controlnet-folder",
          "--coordinator",
          "--count",
          "--device",
          "--dry-run",
          "--embedding",
          "--fast-accumulation", // with --weights, of the model's precision
          "--from",
          "--image-encoder",
          "--ip-adapter", // one of --ip-adapters, with what follows it
          "--ip-adapter-folder",
          "--ip-blocks",
          "--ip-end",
          "--ip-fit",
          "--ip-image",
          "--ip-start",
          "--ip-weight",
          "--json",
          "--latents",
          "--lora-folder",
          "--memory",
          "--upscaler-folder",
          "--model-config",
          "--output",
          "--patience",
          "--precision",
          "--prompts",
          "--quality",
          "--quiet",
          "--region", // one of --regions, with what follows it
          "--region-feather",
          "--region-negative",
          "--region-weight",
          "--resume",
          "--token-file",
          "--vae",
          "--variant",
          "--verbose",
          "--wait",
          "--weights",
          "--workers");

  /** These decide about the job: a render is none. */
  private static final Set<String> OF_JOBS = Set.of("--priority", "--webhook");

  @Test
  void lacksNoFieldAnywhere() {
    List<String> missing = new ArrayList<>();
    for (Field<?> field : RequestFields.ALL) {
      note(missing, field, Surface.COMMAND_LINE, isOption(field));
      note(missing, field, Surface.PICTURE_TEXT, isRecorded(field));
      note(missing, field, Surface.GUESTS, RequestFields.GUESTS.contains(field));
      note(missing, field, Surface.PAGE, field.group() != null);
      if (field.isStudied() != isInAStudy(field)) {
        missing.add(field + " in study");
      }
      if (field.isCompared() != isInAComparison(field)) {
        missing.add(field + " in compare");
      }
    }

    assertThat(missing).isEmpty();
  }

  private static void note(List<String> missing, Field<?> field, Surface surface, boolean isThere) {
    if (isThere == field.isAbsent(surface)) {
      missing.add(field + " on " + surface + (isThere ? ", though its row says it is not" : ""));
    }
  }

  @Test
  void hasNoOption_thatTheTableDoesNotHave() {
    Set<String> strangers = new TreeSet<>();
    for (CommandLine command : List.of(render(), submit())) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        strangers.add(option.longestName());
      }
    }
    RequestFields.ALL.forEach(field -> strangers.remove(String.valueOf(field.option())));

    assertThat(strangers).isEqualTo(NO_FIELDS);
  }

  /** On both commands, with the table's default, and it sets this field. */
  private static boolean isOption(Field<?> field) {
    String name = String.valueOf(field.option());
    if (name.equals("PROMPT")) {
      return render().getCommandSpec().positionalParameters().get(0).paramLabel().equals(name);
    }
    OptionSpec submit = submit().getCommandSpec().findOption(name);
    OptionSpec render = render().getCommandSpec().findOption(name);
    boolean isThere = submit != null && (render != null || OF_JOBS.contains(name));
    return isThere && hasDefault(field, submit) && hasDefault(field, render) && isSetBy(field);
  }

  private static boolean hasDefault(Field<?> field, @Nullable OptionSpec option) {
    boolean isSwitch = field.jsonClass() == Boolean.class;
    if (field.isRecommendable() && option != null) {
      return option.defaultValue() == null; // else the model would never be asked
    }
    return option == null
        || isSwitch
        || String.valueOf(field.standard()).equals(String.valueOf(option.defaultValue()));
  }

  private static boolean isSetBy(Field<?> field) {
    Object sample = FieldSamples.of(field);
    String name = String.valueOf(field.option());
    if (!decidesThePicture(field)) {
      return true;
    }
    String recorded = field.recorded(specWith(field, sample));
    boolean isFlag = field.jsonClass() == Boolean.class && name.startsWith("--no-");
    RenderSpec spec =
        isFlag
            ? CommandLineSpecs.spec(name)
            : specOf(
                field,
                field.jsonClass() == Boolean.class ? String.valueOf(recorded) : text(sample));
    return Objects.deepEquals(sample, field.raw(JobRequest.of(spec)));
  }

  /** With what it needs beside it. */
  private static RenderSpec specOf(Field<?> field, String text) {
    List<String> options = new ArrayList<>(List.of(String.valueOf(field.option()), text));
    for (Field<?> needed : FieldSamples.neededBy(field)) {
      options.add(String.valueOf(needed.option()));
      options.add(text(FieldSamples.of(needed)));
    }
    return CommandLineSpecs.spec(options.toArray(String[]::new));
  }

  /** As an option has it: a picture is a file. */
  private static String text(Object sample) {
    if (!(sample instanceof byte[] picture)) {
      return sample.toString();
    }
    try {
      return Files.write(Files.createTempFile(folder, "sample", ".png"), picture).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it is a part of the specification, which the picture to start from is by itself. */
  private static boolean decidesThePicture(Field<?> field) {
    Object sample = FieldSamples.of(field);
    return Objects.deepEquals(sample, field.raw(JobRequest.of(specWith(field, sample))));
  }

  private static RenderSpec specWith(Field<?> field, Object sample) {
    if (field.needs() == null) {
      return field.with(RenderSpec.of("a cat", 7), sample);
    }
    JsonMapper mapper = ApiJson.strict(1 << 20);
    ObjectNode json = mapper.createObjectNode().put("prompt", "a cat").put("seed", 7);
    json.set(field.name(), mapper.valueToTree(sample));
    FieldSamples.neededBy(field)
        .forEach(needed -> json.set(needed.name(), mapper.valueToTree(FieldSamples.of(needed))));
    return RequestPictures.read(
        mapper.convertValue(json, NewPicture.class).toRequest(() -> 7).spec());
  }

  /** In a picture's text, from which the same option is given again. */
  private static boolean isRecorded(Field<?> field) {
    if (field.recordedName() == null) {
      return false;
    }
    boolean isOfSource = !decidesThePicture(field);
    RenderSpec spec =
        isOfSource
            ? RenderSpec.of("a cat", 7)
                .withSource(new SourcePicture(Tensor.zeros(3, 256, 256), 0.25))
            : specWith(field, FieldSamples.of(field));
    GenerationParameters text =
        GenerationParameters.parse(RecordedSettings.of(Plans.of(spec), MODEL).toText());
    boolean isPicture = field.jsonClass() == byte[].class || field.jsonClass() == AdapterList.class;
    if (isOfSource || isPicture) { // which a text only names
      return text.settings().containsKey(field.recordedName());
    }
    Map<String, String> options = RecordedSettings.toOptions(text);
    String name = String.valueOf(field.option());
    String again = options.get(name);
    boolean isFlag = name.startsWith("--no-");
    return again != null
        && FieldSamples.of(field)
            .equals(
                field.raw(
                    JobRequest.of(isFlag ? CommandLineSpecs.spec(name) : specOf(field, again))));
  }

  private static boolean isInAStudy(Field<?> field) {
    return Arrays.stream(StudySetting.values()).anyMatch(each -> each.field() == field);
  }

  private static boolean isInAComparison(Field<?> field) {
    if (field.name().equals("method")) {
      return Contestant.parse(field.choices()).size() == field.choices().size();
    }
    String option = String.valueOf(field.option());
    return option.startsWith("--no-")
        && !Contestant.parse(List.of(option.substring("--".length()))).isEmpty();
  }

  private static CommandLine render() {
    return new CommandLine(RenderCommand.class, new CommandFactory(nowhere()));
  }

  private static CommandLine submit() {
    return new CommandLine(SubmitCommand.class, new CommandFactory(nowhere()));
  }

  private static Terminal nowhere() {
    PrintStream nothing = new PrintStream(OutputStream.nullOutputStream());
    return new Terminal(nothing, nothing, 0, false);
  }
}
