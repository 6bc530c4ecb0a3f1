package demofusion.deploy.command;

import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where pictures go and what they are called. A name that the user gave is used, and a file of that
 * name replaced once the new picture is whole; a name that we make never replaces anything.
 *
 * @param folder that pictures are written to
 * @param givenName without ".png"; null where names are made of prompt and seed
 * @param several whether more than one picture is written, so that a given name needs numbers
 */
record OutputPlace(Path folder, @Nullable String givenName, boolean several) {
  private static final String SUFFIX = ".png";
  private static final int LONGEST_WORDS = 48;

  /**
   * @param output the user's choice: a file, a folder, or nothing, which is the working directory
   */
  static OutputPlace of(@Nullable Path output, boolean several) {
    if (output == null) {
      return new OutputPlace(Path.of("").toAbsolutePath(), null, several);
    }
    Path absolute = output.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    Path folder = absolute.getParent();
    if (name == null || folder == null || Files.isDirectory(absolute)) {
      return new OutputPlace(absolute, null, several);
    }
    String text = name.toString();
    if (!text.toLowerCase(Locale.ROOT).endsWith(SUFFIX) || text.length() == SUFFIX.length()) {
      throw DemofusionException.badRequest(
          "--output " + output + " must be a name that ends in .png, or a folder that exists");
    }
    return new OutputPlace(folder, text.substring(0, text.length() - SUFFIX.length()), several);
  }

  /** Finds out whether pictures can be written here, before hours are spent on one. */
  void requireWritable() {
    if (!Files.isDirectory(folder)) {
      throw DemofusionException.badRequest(
          "the folder " + folder + " for the picture is not there; create it first");
    }
    try {
      Files.delete(Files.createTempFile(folder, ".demofusion", ".part"));
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "the folder "
              + folder
              + " for the picture cannot be written to; choose another with --output");
    }
  }

  /**
   * The picture's file.
   *
   * @param index of the picture among all that are asked for, from 0
   */
  Path file(CommandLineRequest.Subject subject, int index) {
    if (givenName != null) {
      return folder.resolve(several ? givenName + "-" + (index + 1) + SUFFIX : givenName + SUFFIX);
    }
    String name = words(subject.prompt()) + "-" + subject.seed();
    Path file = folder.resolve(name + SUFFIX);
    for (int n = 1; Files.exists(file); n++) {
      file = folder.resolve(name + "-" + n + SUFFIX);
    }
    return file;
  }

  /**
   * Where the picture's job keeps its files until it is done: beside the picture. One that an
   * interrupted render left is not touched.
   */
  static Path jobFolder(Path picture) {
    String name = String.valueOf(picture.getFileName());
    String stem = name.substring(0, name.length() - SUFFIX.length());
    Path job = picture.resolveSibling(stem + ".render");
    for (int n = 1; Files.exists(job); n++) {
      job = picture.resolveSibling(stem + "-" + n + ".render");
    }
    return job;
  }

  /** A prompt as a part of a file name: letters and digits of any script, dashes for the rest. */
  static String words(String prompt) {
    String dashed =
        prompt
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", "-")
            .replaceAll("^-+", "");
    int end =
        dashed.offsetByCodePoints(
            0, Math.min(LONGEST_WORDS, dashed.codePointCount(0, dashed.length())));
    String cut = dashed.substring(0, end).replaceAll("-+$", "");
    return cut.isEmpty() ? "picture" : cut;
  }
}
