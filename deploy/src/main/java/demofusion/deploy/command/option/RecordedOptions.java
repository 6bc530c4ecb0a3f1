package demofusion.deploy.command.option;

import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PictureText;
import demofusion.coordinator.image.RecordedSettings;
import demofusion.coordinator.image.recorded.PictureSettings;
import demofusion.coordinator.image.recorded.Reading;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.FormGroup;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.request.method.RenderMethod;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
 * @param modelHash the first digits of the hash of the model that drew it; empty if it does not
 *     say, or another program says it, whose hashes are others
 * @param vae the name of the VAE that decoded it; empty if it was the model's own
 * @param source the fingerprint of the picture that it began with; empty if there was none
 * @param loras the names and hashes of the LoRAs that it was drawn with; empty if there were none,
 *     or another program says it
 * @param upscaler the first digits of the hash of the upscaler that enlarged it; empty if none did
 * @param networks the names and hashes of the ControlNets, IP-Adapters and image encoders; empty if
 *     there were none
 * @param leftOut what another program's picture was made with beside the options, in words
 * @param notContained what has to be given again
 */
public record RecordedOptions(
    @Nullable String prompt,
    Map<String, String> options,
    String modelHash,
    String vae,
    String source,
    String loras,
    String upscaler,
    String networks,
    List<String> leftOut,
    List<NotContained> notContained)
    implements IDefaultValueProvider {
  private static final String METHOD = "--method";
  private static final String STRENGTH = "--strength";
  private static final String PHASE_STRENGTH = "--phase-strength";

  private static final Set<String> OF_THEIR_OWN =
      Set.of(RenderMethod.DETAIL.toString(), RenderMethod.FAST.toString());
  private static final List<String> OF_A_METHOD =
      Stream.concat(
              Stream.of("--stride"),
              RequestFields.ALL.stream()
                  .filter(
                      field ->
                          field.group() == FormGroup.SWITCHES
                              || field.group() == FormGroup.DETAIL_AND_FAST)
                  .map(Field::option))
          .flatMap(Stream::ofNullable)
          .toList();

  private static final String RESCALE =
      String.valueOf(RequestFields.named("guidanceRescale").option());

  /**
   * @param otherPrompts whether the command line names a file of prompts
   * @param otherSource whether the command line names a picture to start from
   */
  public static RecordedOptions read(Path picture, boolean otherPrompts, boolean otherSource) {
    Reading reading = PictureSettings.read(PictureText.read(picture));
    if (reading instanceof Reading.Settings settings) {
      return of(picture, settings, otherPrompts, otherSource);
    }
    throw DemofusionException.badRequest(
        picture
            + " "
            + (reading instanceof Reading.Refused refused
                ? refused.reason()
                : "contains no settings: it was made by no program whose settings are known here,"
                    + " or its metadata was stripped"));
  }

  private static RecordedOptions of(
      Path picture, Reading.Settings settings, boolean otherPrompts, boolean otherSource) {
    GenerationParameters parameters = settings.parameters();
    Map<String, String> ours = settings.isOurs() ? parameters.settings() : Map.of();
    Map<String, String> options = new LinkedHashMap<>(settings.options());
    if (settings.isOurs()) {
      // It is only recorded where there is any, and a model may recommend some.
      options.putIfAbsent(RESCALE, "0");
    }
    String area = ours.get(RecordedSettings.REPAIRED_AREA);
    if (area != null && !otherSource) {
      throw DemofusionException.badRequest(
          "%s shows a repaired detail, %s, which only the farm that has the image before it can draw again: with \"Repair…\" of that image, or POST /v1/jobs/{id}/repair, and the same mask and padding"
              .formatted(picture, area));
    }
    if (ours.containsKey(RecordedSettings.SOURCE) && !otherSource) {
      throw DemofusionException.badRequest(
          picture
              + " was made from a source image, which it does not contain: give that with"
              + " --image");
    }
    return new RecordedOptions(
        otherPrompts ? null : parameters.prompt(),
        options,
        ours.getOrDefault(
            RecordedSettings.OWN_MODEL_HASH, ours.getOrDefault(RecordedSettings.MODEL_HASH, "")),
        ours.getOrDefault(RecordedSettings.VAE, ""),
        ours.getOrDefault(RecordedSettings.SOURCE, ""),
        ours.getOrDefault(RecordedSettings.LORA_HASHES, ""),
        ours.getOrDefault(RecordedSettings.UPSCALER_HASH, ""),
        ours.getOrDefault(RecordedSettings.NETWORK_HASHES, ""),
        leftOut(settings, ours),
        NotContained.of(picture.toString(), ours));
  }

  /** A detail of an image that is too large to be held is drawn where that image is. */
  private static List<String> leftOut(Reading.Settings settings, Map<String, String> ours) {
    String area = ours.get(RecordedSettings.REPAIRED_AREA);
    return area == null
        ? settings.leftOut()
        : Stream.concat(
                settings.leftOut().stream(),
                Stream.of(
                    "the area that was repaired, %s (on a farm \"Repair…\" or POST /v1/jobs/{id}/repair of the image before draws it again, with these settings and its mask)"
                        .formatted(area)))
            .toList();
  }

  /**
   * One line of what was left out, if anything was.
   *
   * @param picture as the command line names it
   */
  public void sayLeftOut(String picture, Consumer<String> say) {
    if (!leftOut.isEmpty()) {
      say.accept("--from " + picture + ": not taken over: " + String.join(", ", leftOut));
    }
  }

  /**
   * Reads a command line once more, with these settings as the defaults.
   *
   * @param fresh a command of the same kind, which takes the words
   * @param spec the command that was called
   */
  public void layerUnder(Object fresh, CommandSpec spec, Terminal terminal) {
    RecordedOptions under = under(spec.commandLine().getParseResult()::hasMatchedOption);
    CommandLine commandLine =
        new CommandLine(fresh, new CommandFactory(terminal)).setDefaultValueProvider(under);
    CliConventions.reading(commandLine);
    List<String> arguments = spec.commandLine().getParseResult().originalArgs();
    commandLine.parseArgs(
        arguments
            .subList(arguments.indexOf(spec.name()) + 1, arguments.size())
            .toArray(String[]::new));
  }

  /**
   * Without what was recorded only because of something that is given otherwise now: detail and
   * fast have ladders, strides and weights of their own, which another method is not to inherit.
   *
   * @param isGiven whether an option is on the command line
   */
  RecordedOptions under(Predicate<String> isGiven) {
    notContained.forEach(each -> each.require(isGiven));
    Map<String, String> kept = new LinkedHashMap<>(options);
    for (Field<?> field : RequestFields.ALL) {
      String each = field.eachOption();
      if (each != null && isGiven.test(each)) {
        kept.remove(field.option());
      }
    }
    if (isGiven.test(METHOD) && OF_THEIR_OWN.contains(options.getOrDefault(METHOD, ""))) {
      OF_A_METHOD.forEach(kept::remove);
    }
    if (isGiven.test(STRENGTH)) {
      kept.remove(PHASE_STRENGTH);
    }
    return new RecordedOptions(
        prompt, kept, modelHash, vae, source, loras, upscaler, networks, leftOut, notContained);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option ? options.get(option.longestName()) : prompt;
  }
}
