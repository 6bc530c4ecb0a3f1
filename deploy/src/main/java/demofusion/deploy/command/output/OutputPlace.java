package demofusion.deploy.command.output;

import demofusion.coordinator.image.PictureEncoder;
import demofusion.coordinator.image.WrittenFormat;
import demofusion.deploy.command.option.CommandLineRequest;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where pictures go and what they are called. A name that the user gave is used, and a file of that
 * name replaced once the new picture is whole; a name that we make never replaces anything.
 *
 * @param folder that pictures are written to
 * @param givenName without its suffix; null where names are made of prompt and seed
 * @param suffix that names end in, with its dot
 * @param encoder of that format
 * @param several whether more than one picture is written, so that a given name needs numbers
 */
public record OutputPlace(
    Path folder,
    @Nullable String givenName,
    String suffix,
    PictureEncoder encoder,
    boolean several) {
  private static final String ENDING = " ending in .png, .jpg, .jpeg or .webp";
  private static final int LONGEST_WORDS = 48;

  /**
   * @param output the user's choice: a file, a folder, or nothing, which is the working directory
   * @param quality of a JPEG or WebP; null for the usual one
   */
  public static OutputPlace of(@Nullable Path output, @Nullable Integer quality, boolean several) {
    if (output == null) {
      return inFolder(Path.of("").toAbsolutePath(), quality, several);
    }
    if (output.toString().isEmpty()) {
      throw DemofusionException.badRequest(
          "--output must be a file name" + ENDING + ", or a folder");
    }
    Path absolute = output.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    Path folder = absolute.getParent();
    if (name == null || folder == null || Files.isDirectory(absolute)) {
      return inFolder(absolute, quality, several);
    }
    PictureEncoder encoder = encoder(output, quality);
    String text = name.toString();
    int dot = text.lastIndexOf('.');
    return new OutputPlace(
        folder,
        text.substring(0, dot),
        text.substring(dot).toLowerCase(Locale.ROOT),
        encoder,
        several);
  }

  /** Where names are made of prompt and seed: of PNGs. */
  static OutputPlace inFolder(Path folder, @Nullable Integer quality, boolean several) {
    WrittenFormat format = WrittenFormat.PNG;
    return new OutputPlace(folder, null, format.suffix(), encoder(format, quality), several);
  }

  /**
   * How a file is written, by what its name ends in.
   *
   * @throws DemofusionException BAD_REQUEST if nothing can be written under such a name
   */
  public static PictureEncoder encoder(Path file, @Nullable Integer quality) {
    String name = String.valueOf(file.getFileName());
    Optional<WrittenFormat> format = WrittenFormat.ofFile(name);
    if (format.isEmpty() || name.lastIndexOf('.') == 0) {
      throw DemofusionException.badRequest(
          "--output " + file + " must be a file name" + ENDING + ", or an existing folder");
    }
    return encoder(format.get(), quality);
  }

  private static PictureEncoder encoder(WrittenFormat format, @Nullable Integer quality) {
    try {
      return PictureEncoder.of(format, quality);
    } catch (DemofusionException e) {
      String remedy =
          format == WrittenFormat.PNG ? "; give --output a name that ends in .jpg or .webp" : "";
      throw new DemofusionException(e.code(), "--" + e.userMessage() + remedy, e);
    }
  }

  /** Finds out whether pictures can be written here, before hours are spent on one. */
  public void requireWritable() {
    requireWritable(folder);
  }

  /** The same of any folder. */
  public static void requireWritable(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw DemofusionException.badRequest(
          "the folder " + folder + " for the image does not exist; create it first");
    }
    try {
      Files.delete(Files.createTempFile(folder, ".demofusion", ".part"));
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          "the folder " + folder + " for the image is not writable; choose another with --output");
    }
  }

  /**
   * Settles the names of a picture's files, and makes the folder where its job keeps them until it
   * is done: beside the picture, so that another render at the same time takes other names. A
   * folder that an interrupted render left is not touched.
   *
   * @param index of the picture among all that are asked for, from 0
   * @param latents where all phases' latents go, if anywhere
   */
  public RenderOutputs reserve(
      CommandLineRequest.Subject subject, int index, @Nullable Path latents) {
    String name = name(subject, index);
    for (int n = 0; ; n++) {
      String stem = n == 0 ? name : name + "-" + n;
      Path picture = folder.resolve((givenName != null ? name : stem) + suffix);
      Path job = folder.resolve(stem + ".render");
      if (isFree(picture) && isMade(job)) {
        if (isFree(picture)) {
          return new RenderOutputs(job, picture, encoder, latents);
        }
        new RenderOutputs(job, picture, encoder, null).discard(); // somebody finished in between
      }
    }
  }

  private String name(CommandLineRequest.Subject subject, int index) {
    if (givenName != null) {
      return several ? givenName + "-" + (index + 1) : givenName;
    }
    return words(subject.prompt()) + "-" + subject.seed();
  }

  private boolean isFree(Path picture) {
    return givenName != null || !Files.exists(picture);
  }

  /** Whether the folder is there now and was not before, which only one process can bring about. */
  private static boolean isMade(Path job) {
    try {
      Files.createDirectory(job);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, job + " cannot be created: " + SafeFile.reason(e), e);
    }
  }

  /** A prompt as a part of a file name: letters and digits of any script, dashes for the rest. */
  static String words(String prompt) {
    String dashed =
        prompt
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", "-")
            .replaceAll("^[-\\p{M}]+", "");
    int end =
        dashed.offsetByCodePoints(
            0, Math.min(LONGEST_WORDS, dashed.codePointCount(0, dashed.length())));
    String cut = dashed.substring(0, end).replaceAll("-+$", "");
    return cut.isEmpty() ? "picture" : cut;
  }
}
