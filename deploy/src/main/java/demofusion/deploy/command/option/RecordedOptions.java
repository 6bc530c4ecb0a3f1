package demofusion.deploy.command.option;

import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PictureText;
import demofusion.coordinator.image.RecordedSettings;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The settings that a picture carries ({@code --from}), as the defaults of the options: whatever is
 * given on the command line wins.
 *
 * @param prompt of the picture; null where prompts come from elsewhere
 * @param options by their long names
 * @param modelHash the first digits of the hash of the model that drew it; empty if it does not say
 * @param vae the name of the VAE that decoded it; empty if it was the model's own
 * @param source the fingerprint of the picture that it began with; empty if there was none
 */
public record RecordedOptions(
    @Nullable String prompt,
    Map<String, String> options,
    String modelHash,
    String vae,
    String source)
    implements IDefaultValueProvider {
  /**
   * @param otherPrompts whether the command line names a file of prompts
   * @param otherSource whether the command line names a picture to start from
   */
  public static RecordedOptions read(Path picture, boolean otherPrompts, boolean otherSource) {
    String text = PictureText.read(picture).get(GenerationParameters.KEYWORD);
    if (text == null) {
      throw DemofusionException.badRequest(
          picture
              + " contains no settings: it was not made by demofusion, or its metadata was"
              + " stripped");
    }
    GenerationParameters parameters = GenerationParameters.parse(text);
    if (parameters.settings().containsKey(RecordedSettings.SOURCE) && !otherSource) {
      throw DemofusionException.badRequest(
          picture
              + " was made from a source image, which it does not contain: give that with"
              + " --image");
    }
    return new RecordedOptions(
        otherPrompts ? null : parameters.prompt(),
        RecordedSettings.toOptions(parameters),
        parameters.settings().getOrDefault(RecordedSettings.MODEL_HASH, ""),
        parameters.settings().getOrDefault(RecordedSettings.VAE, ""),
        parameters.settings().getOrDefault(RecordedSettings.SOURCE, ""));
  }

  /**
   * Reads a command line once more, with these settings as the defaults.
   *
   * @param fresh a command of the same kind, which takes the words
   * @param spec the command that was called
   */
  public void layerUnder(Object fresh, CommandSpec spec, Terminal terminal) {
    CommandLine commandLine =
        new CommandLine(fresh, new CommandFactory(terminal)).setDefaultValueProvider(this);
    CliConventions.reading(commandLine);
    List<String> arguments = spec.commandLine().getParseResult().originalArgs();
    commandLine.parseArgs(
        arguments
            .subList(arguments.indexOf(spec.name()) + 1, arguments.size())
            .toArray(String[]::new));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option ? options.get(option.longestName()) : prompt;
  }
}
