package demofusion.deploy.command.output;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.WrittenFormat;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of one render go. The job's folder lies beside the picture, so that files reach
 * their final names by being renamed, whole.
 *
 * @param folder of the job, until the picture is done
 * @param picture its final name
 * @param encoder writes it and the phases' pictures
 * @param latents the final name of all phases' latents, if they are wanted
 */
public record RenderOutputs(
    Path folder, Path picture, PictureEncoder encoder, @Nullable Path latents) {
  /** Shows a phase's picture beside the final one. */
  public Path publishPreview(int phase, Path preview) {
    String name = String.valueOf(picture.getFileName());
    int dot = name.lastIndexOf('.');
    Path shown =
        picture.resolveSibling(name.substring(0, dot) + "-phase" + phase + name.substring(dot));
    encode(preview, shown);
    return shown;
  }

  private void encode(Path png, Path file) {
    SafeFile.write(file, channel -> encoder.convert(png, Channels.newOutputStream(channel)));
  }

  /**
   * Brings everything that is wanted to its final name, the picture last, and removes the folder.
   *
   * @param image the job's picture
   * @param phases of the plan
   */
  public void publish(Path image, List<Phase> phases) {
    publishPhases(image, phases.stream().map(Phase::number).toList());
  }

  /** The same where only the numbers of the phases are known. */
  public void publishPhases(Path image, List<Integer> phases) {
    if (latents != null) {
      writeLatents(latents, phases);
    }
    if (encoder.format() == WrittenFormat.PNG) {
      storing(picture, () -> Files.move(image, picture, StandardCopyOption.ATOMIC_MOVE));
    } else {
      encode(image, picture);
    }
    storing(folder, this::removeFolder);
  }

  /** Where the latent of a phase lies in the folder. */
  public Path latent(int phase) {
    return folder.resolve("phase-" + phase + ".safetensors");
  }

  private void writeLatents(Path file, List<Integer> phases) {
    Map<String, SafetensorsWriter.Source> tensors = new LinkedHashMap<>();
    for (int phase : phases) {
      String name = "phase" + phase + ".final";
      tensors.put(name, SafetensorsWriter.Source.of(SafetensorsFile.open(latent(phase)), name));
    }
    SafeFile.write(file, channel -> SafetensorsWriter.stream(channel, tensors, Map.of()));
  }

  /** Whether the job's folder holds a checkpoint. */
  public boolean canBeResumed() {
    return Files.exists(folder.resolve("checkpoint.safetensors"));
  }

  /** Removes the job's folder, which holds nothing worth keeping. */
  public void discard() {
    try {
      removeFolder();
    } catch (IOException e) {
      // It stays behind; the reason why the render ended is what the user should read.
    }
  }

  private void removeFolder() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private interface Storing {
    void run() throws IOException;
  }

  private static void storing(Path file, Storing action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, file + " cannot be written: " + SafeFile.reason(e), e);
    }
  }
}
