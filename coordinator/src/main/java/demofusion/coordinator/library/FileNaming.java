package demofusion.coordinator.library;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * By which names files of a library are meant: a file's own without its ending, or its folder's
 * where all files of that kind have one name.
 */
public final class FileNaming {
  private static final String ENDING = ".safetensors";

  /** Diffusers' name of a ControlNet's weights, and a variant's. */
  private static final Pattern CONTROLNET =
      Pattern.compile("diffusion_pytorch_model(\\.\\w+)?\\.safetensors");

  /** Transformers' name of an image encoder's weights, and a variant's. */
  private static final Pattern ENCODER = Pattern.compile("model(\\.\\w+)?\\.safetensors");

  private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-\\d{5}\\.safetensors");
  private static final Pattern VARIANT = Pattern.compile("(.*)\\.\\w+(\\.safetensors)");

  /** What h94's repository calls both of its encoders, in folders of their own. */
  private static final String USUAL_ENCODER = "image_encoder";

  private FileNaming() {}

  /**
   * @param path a file, or a folder of a kind that comes in folders
   */
  public static String name(LibraryKind kind, Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    String file = lastOf(absolute);
    boolean isOfFolder =
        (kind == LibraryKind.CONTROLNET && CONTROLNET.matcher(file).matches())
            || (kind == LibraryKind.IMAGE_ENCODER && ENCODER.matcher(file).matches());
    Path parent = absolute.getParent();
    if (isOfFolder && parent != null) {
      return folder(kind, parent);
    }
    if (kind == LibraryKind.IMAGE_ENCODER && Files.isDirectory(absolute)) {
      return folder(kind, absolute);
    }
    return isCalledSafetensors(file) ? file.substring(0, file.length() - ENDING.length()) : file;
  }

  private static String folder(LibraryKind kind, Path folder) {
    String name = lastOf(folder);
    Path parent = folder.getParent();
    boolean isUsual = kind == LibraryKind.IMAGE_ENCODER && name.equals(USUAL_ENCODER);
    return isUsual && parent != null ? lastOf(parent) + "/" + name : name;
  }

  /** Whether that name means a file, by the whole of it or by its last part. */
  static boolean isMeant(String name, String file) {
    return file.equals(name) || file.endsWith("/" + name);
  }

  /**
   * Whether a file that lies in a folder is of a kind, as far as its name says: image encoders lie
   * among adapters, and of two variants of one network one is enough.
   */
  static boolean mayBe(LibraryKind kind, Path path) {
    String file = lastOf(path);
    if (!isCalledSafetensors(file) || file.startsWith(".")) {
      return false;
    }
    return switch (kind) {
      case CONTROLNET -> !SHARD.matcher(file).matches() && !isSecondVariant(CONTROLNET, path);
      case IP_ADAPTER -> !ENCODER.matcher(file).matches();
      case IMAGE_ENCODER -> ENCODER.matcher(file).matches() && !isSecondVariant(ENCODER, path);
      default -> true;
    };
  }

  private static boolean isSecondVariant(Pattern called, Path path) {
    String file = lastOf(path);
    var variant = VARIANT.matcher(file);
    return called.matcher(file).matches()
        && variant.matches()
        && Files.exists(path.resolveSibling(variant.group(1) + variant.group(2)));
  }

  private static boolean isCalledSafetensors(String file) {
    return file.toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  private static String lastOf(Path path) {
    return Objects.toString(path.getFileName(), "");
  }
}
