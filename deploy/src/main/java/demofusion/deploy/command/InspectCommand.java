package demofusion.deploy.command;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.model.ModelReport;
import demofusion.deploy.model.PartReport;
import demofusion.deploy.model.SingleFileReport;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.ModelSource;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion inspect DIR|FILE}: what a model is. */
@Command(
    name = "inspect",
    description =
        "Describe a model, a folder or a file: parts, parameters, precision, native size, what is"
            + " missing.%n",
    footer = {
      "%nExit codes: 0 the model is usable, 2 it is not.",
      "%nExamples:",
      "  demofusion inspect stable-diffusion-xl-base-1.0",
      "  demofusion inspect stable-diffusion-xl-base-1.0 --json | jq .model.parts",
      "  demofusion inspect juggernautXL.safetensors"
    })
final class InspectCommand extends TerminalCommand implements Callable<Integer> {
  private static final double MEBIBYTE = 1 << 20;

  @Parameters(
      paramLabel = "DIR|FILE",
      description =
          "Model: a folder in diffusers format, or a checkpoint in one .safetensors file.")
  @Nullable Path folder;

  @Option(
      names = "--model-config",
      paramLabel = "DIR",
      description =
          "Folder in diffusers format whose configurations a model in one file has, in place of"
              + " what its tensors say.")
  @Nullable Path config;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Variant of the weight files, for example fp16 (default: whichever is present).")
  @Nullable String variant;

  @Option(
      names = "--vae",
      paramLabel = "DIR|FILE",
      description = "Use this VAE instead of the model's own.")
  @Nullable Path vae;

  @Option(names = "--json", description = "Print the description as JSON.")
  boolean json;

  @Override
  public Integer call() {
    ModelReport report =
        ModelReport.of(
            new ModelSource(
                Objects.requireNonNull(folder).toString(),
                variant,
                vae == null ? null : vae.toString(),
                config == null ? null : config.toString()));
    if (json) {
      terminal.out().println(Json.line(report));
    } else if (report.model() != null) {
      print(report.model());
      printFile(report.file());
    } else {
      printFile(report.file());
      report.missing().forEach(name -> terminal.out().println("missing  " + name));
    }
    if (report.problem() != null) {
      terminal.say(report.problem());
    }
    return report.usable() ? CliConventions.OK : CliConventions.REFUSED;
  }

  private void print(ModelReport.Facts model) {
    PrintStream out = terminal.out();
    out.println("model        " + model.name());
    out.println("native size  " + model.nativeSide() + "x" + model.nativeSide() + " pixels");
    out.println(
        "latent       %s channels, tile size %s, %s pixels per latent pixel"
            .formatted(model.latentChannels(), model.window(), model.vaeScaleFactor()));
    out.println("scheduler    " + model.schedulerClass());
    out.println("VAE on GPUs  " + (model.vaeNeedsFloat32() ? "float32 only" : "float16 too"));
    if (!model.ownSettings().isEmpty()) {
      out.println("own settings " + new ModelSettings(model.ownSettings()).words());
    }
    out.println("hash         " + model.hash());
    out.println();
    String row = "%-16s %15s %12s  %-18s %s%n";
    out.printf(row, "part", "parameters", "size", "precision", "files");
    for (PartReport part : model.parts()) {
      out.printf(
          row,
          part.name(),
          grouped(part.parameters()),
          mebibytes(part.storedBytes()),
          part.precision(),
          String.join(", ", part.files()));
    }
    out.printf(
        "%-16s %15s %12s%n", "all", grouped(model.parameters()), mebibytes(model.storedBytes()));
  }

  private void printFile(@Nullable SingleFileReport file) {
    if (file == null) {
      return;
    }
    PrintStream out = terminal.out();
    out.println();
    out.println("kind         " + file.kind() + ", " + file.family());
    out.println(
        "prediction   "
            + (file.edm() ? "EDM" : file.prediction())
            + (file.zeroTerminalSnr() ? ", zero terminal SNR" : ""));
    out.println("VAE          " + (file.hasVae() ? "in the file" : "none: pass one with --vae"));
    String ignored = file.ignored() == null ? "" : ", " + file.ignored() + " not drawn with";
    out.println("tensors      " + file.tensors() + ignored);
    if (file.unknown() > 0) {
      out.println(
          "unknown      "
              + file.unknown()
              + ": "
              + String.join(", ", file.unknownKeys())
              + (file.unknown() > file.unknownKeys().size() ? ", …" : ""));
    }
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MiB", bytes / MEBIBYTE);
  }
}
