package demofusion.deploy.command.output;

import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where latents go ({@code --latents}).
 *
 * @param file the user's choice; null where they are not wanted
 * @param several whether there is more than one picture, so that names need numbers
 */
public record LatentsOutput(@Nullable Path file, boolean several) {
  private static final String SUFFIX = ".safetensors";

  public static LatentsOutput of(@Nullable Path file, boolean several) {
    if (file == null) {
      return new LatentsOutput(null, several);
    }
    Path absolute = file.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null || Files.isDirectory(absolute) || !absolute.toString().endsWith(SUFFIX)) {
      throw DemofusionException.badRequest(
          "--latents " + file + " must be a name ending in " + SUFFIX);
    }
    OutputPlace.requireWritable(folder);
    return new LatentsOutput(absolute, several);
  }

  /**
   * @param index of the picture, from 0
   */
  public @Nullable Path file(int index) {
    if (file == null || !several) {
      return file;
    }
    String name = String.valueOf(file.getFileName());
    String stem = name.substring(0, name.length() - SUFFIX.length());
    return file.resolveSibling(stem + "-" + (index + 1) + SUFFIX);
  }
}
