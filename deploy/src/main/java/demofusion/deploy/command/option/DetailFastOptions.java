package demofusion.deploy.command.option;

import demofusion.deploy.command.option.file.LoraNames;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.method.DetailSettings;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.SchedulerKind;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the methods detail and fast are told beyond what all methods are. */
public final class DetailFastOptions implements OptionGroup {
  @Option(
      names = "--structure-cutoff",
      paramLabel = "Q",
      description =
          "detail: share of the side at which structure is kept, above 0 and at most 1 (default:"
              + " the model's own setting, else 0.125).")
  @Nullable Double structureCutoff;

  @Option(
      names = "--no-frequency-mixing",
      description = "detail: begin with the enlarged image alone.")
  boolean noFrequencyMixing;

  @Option(
      names = "--no-structure-guidance",
      description = "detail: do not pull steps to the structure of the phase before.")
  boolean noStructureGuidance;

  @Option(
      names = "--fast-lora",
      paramLabel = "NAME[:W]",
      description =
          "fast: LoRA that makes the model a few-step one in upscaling phases, a file or the name"
              + " of one (default: none, the model is one).")
  @Nullable String fastLora;

  @Option(
      names = "--inversion",
      paramLabel = "NAME",
      description =
          "fast: how phases come from an image to noise: ddim, as the model predicts it, or noise,"
              + " at random (default: ddim).")
  @Nullable Inversion inversion;

  @Option(
      names = "--fast-timestep",
      paramLabel = "K",
      description =
          "fast: timestep that upscaling phases begin at, below 499 (default: 249; with lcm and tcd"
              + " 259).")
  @Nullable Integer fastTimestep;

  @Option(
      names = "--fast-steps",
      paramLabel = "N",
      description = "fast: refining steps of each upscaling phase (default: 1).")
  @Nullable Integer fastSteps;

  @Option(
      names = "--fast-scheduler",
      paramLabel = "SOLVER",
      description =
          "fast: solver of more than one refining step: lcm, tcd, lightning, turbo or hyper-sd"
              + " (default: --scheduler).")
  @Nullable SchedulerKind fastScheduler;

  @Option(
      names = "--injection",
      paramLabel = "L",
      description =
          "fast: weight of the prediction against new noise, above 0 and at most 1 (default:"
              + " 0.95).")
  @Nullable Double injection;

  @Option(
      names = "--eta",
      paramLabel = "E",
      description =
          "How much of its noise the scheduler tcd draws anew at each step, 0 to 1 (default: 0.3).")
  @Nullable Double eta;

  public MethodSettings addTo(MethodSettings settings) {
    return settings
        .withDetail(new DetailSettings(structureCutoff, !noFrequencyMixing, !noStructureGuidance))
        .withFast(
            new FastSettings(
                fastLoraUse(), inversion, fastTimestep, fastSteps, fastScheduler, injection))
        .withEta(eta);
  }

  private @Nullable LoraUse fastLoraUse() {
    if (fastLora == null) {
      return null;
    }
    List<LoraUse> uses = LoraNames.of(List.of(fastLora)).uses();
    if (uses.size() != 1) {
      throw DemofusionException.badRequest(
          "--fast-lora \"" + fastLora + "\" names " + uses.size() + " LoRAs; it must name one");
    }
    return uses.get(0);
  }

  /** The file that is named for a LoRA, as opposed to a name; at most one. */
  public List<Path> loraFiles() {
    return fastLora == null ? List.of() : LoraNames.of(List.of(fastLora)).files();
  }

  @Override
  public String heading() {
    return "Methods detail and fast";
  }
}
