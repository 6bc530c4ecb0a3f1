package demofusion.deploy.command.render;

import demofusion.coordinator.image.GenerationParameters;
import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.PictureText;
import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.upscale.EnlargedSize;
import demofusion.coordinator.library.FileHashes;
import demofusion.coordinator.store.Disk;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.output.OutputPlace;
import demofusion.deploy.launch.Logging;
import demofusion.deploy.model.ModelChoice;
import demofusion.deploy.terminal.Durations;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.upscaler.UpscalerFile;
import demofusion.worker.model.network.UpscalerNetwork;
import demofusion.worker.model.torch.TorchDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion upscale PICTURE}: a picture made larger without drawing anything. */
@Command(
    name = "upscale",
    abbreviateSynopsis = true,
    description = "Enlarge an image with a super-resolution network; no model is needed.%n",
    footer = {
      "%nThe network (ESRGAN, Real-ESRGAN or BSRGAN, 2 or 4 times) enlarges the image tile by",
      "tile, again while a side is smaller than --size; then the result is made smaller to that",
      "size with Lanczos. It adds no content. Prints the image's path to stdout, messages and",
      "progress to stderr.",
      "%nExit codes: 0 written, 1 failed, 2 refused (no such image, no upscaler, a size that is",
      "smaller, of another aspect ratio or too large for the disk).",
      "%nExamples:",
      "  demofusion upscale photo.jpg --upscaler RealESRGAN_x4plus.safetensors --size 4096x3072",
      "  demofusion upscale small.png --upscaler bsrgan.safetensors --size 2048x2048 -o large.png"
    })
public final class UpscaleCommand extends TerminalCommand implements Callable<Integer> {
  /** By this keyword a PNG says what enlarged it. */
  private static final String RECORDED = "DemoFusion upscaled";

  private static final double NANOS = 1e9;

  @Parameters(
      index = "0",
      paramLabel = "PICTURE",
      description = "PNG, JPEG, WebP, TIFF, GIF or BMP.")
  @Nullable Path picture;

  @Option(
      names = "--upscaler",
      required = true,
      paramLabel = "FILE",
      description = "Super-resolution network, a .safetensors file.")
  @Nullable Path upscaler;

  @Option(
      names = "--size",
      required = true,
      paramLabel = "WxH",
      description = "Width and height in pixels, of the image's aspect ratio and not smaller.")
  @Nullable PixelExtent size;

  @Option(
      names = {"-o", "--output", "--out"},
      paramLabel = "FILE",
      description =
          "Output file, ending in .png, .jpg, .jpeg or .webp; an existing file is replaced once the"
              + " image is finished (default: the image's name with the size, ending in .png, in"
              + " the working directory).")
  @Nullable Path output;

  @Option(
      names = "--quality",
      paramLabel = "N",
      description = "Quality of a JPEG or WebP, 1 to 100; a WebP of 100 is lossless (default: 95).")
  @Nullable Integer quality;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "Device: cpu or cuda:N (default: cuda:0 if available, else cpu).")
  @Nullable String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads per tile (default: one per core; may change the last bits).")
  @Nullable Integer threads;

  @Option(names = "--json", description = "Print the result as JSON, one object on one line.")
  boolean json;

  @Option(names = "--quiet", description = "Print only errors on stderr.")
  boolean quiet;

  @Option(names = "--verbose", description = "Log to stderr.")
  boolean verbose;

  @Override
  public Integer call() {
    if (verbose) {
      Logging.verbose();
    }
    long begun = System.nanoTime();
    Path from = Objects.requireNonNull(picture);
    Path network = Objects.requireNonNull(upscaler);
    PixelExtent wanted = Objects.requireNonNull(size);
    int here =
        Math.min(RenderSpec.THREADS.most().intValue(), Runtime.getRuntime().availableProcessors());
    int cores = threads == null ? here : threads;
    RenderSpec.THREADS.require(cores);
    Path file = target(from, wanted);
    PictureEncoder encoder = OutputPlace.encoder(file, quality);
    int scale = UpscalerFile.open(network).scale();
    String hash = hash(network);
    PixelRows small = PixelRows.ofFile(from);
    EnlargedSize.require(small.extent(), wanted);
    encoder.requireFits(wanted);
    Path folder = Objects.requireNonNull(file.getParent());
    OutputPlace.requireWritable(folder);
    UpscaleDisk.require(small.extent(), scale, wanted, folder, Disk.REAL);
    String on = ModelChoice.deviceName(Optional.ofNullable(device));
    try (UpscalerNetwork loaded =
        ModelChoice.onDevice(
            on, "upscaler", () -> UpscalerNetwork.load(network, TorchDevice.parse(on)))) {
      new UpscaleRun(terminal, quiet, loaded, cores)
          .write(small, wanted, file, encoder, texts(from, small.extent(), hash));
    }
    double seconds = (System.nanoTime() - begun) / NANOS;
    if (!quiet) {
      terminal.say("%s: %s, in %s".formatted(file, wanted, Durations.words(seconds)));
    }
    terminal.out().println(json ? Json.line(result(file, wanted, hash, seconds)) : file);
    return CliConventions.OK;
  }

  private static String hash(Path file) {
    try {
      return FileHashes.read(file, any -> {}).hash();
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
  }

  /** What the picture was drawn with, if it says so, and what it was enlarged with. */
  private Map<String, String> texts(Path from, PixelExtent small, String hash) {
    Map<String, String> texts = new LinkedHashMap<>();
    String settings = PictureText.read(from).get(GenerationParameters.KEYWORD);
    if (settings != null && settings.indexOf('\0') < 0) {
      texts.put(GenerationParameters.KEYWORD, settings);
    }
    String name = String.valueOf(Objects.requireNonNull(upscaler).getFileName());
    texts.put(RECORDED, "from %s by %s, SHA-256 %s".formatted(small, name, hash));
    return texts;
  }

  private Map<String, Object> result(Path file, PixelExtent wanted, String hash, double seconds) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("picture", file.toString());
    result.put("width", wanted.width());
    result.put("height", wanted.height());
    result.put("seconds", seconds);
    result.put("upscaler", String.valueOf(upscaler));
    result.put("upscalerHash", hash);
    return result;
  }

  private Path target(Path from, PixelExtent wanted) {
    Path given = output;
    if (given != null) {
      return given.toAbsolutePath().normalize();
    }
    String name = String.valueOf(from.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    return Path.of(stem + "-" + wanted + ".png").toAbsolutePath();
  }
}
