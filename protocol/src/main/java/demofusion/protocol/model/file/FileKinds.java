package demofusion.protocol.model.file;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells what a file of weights is by its first bytes, and a safetensors file by its header. */
public final class FileKinds {
  private static final int QUOTED_KEYS = 3;
  private static final int LONGEST_KEY = 80;

  private FileKinds() {}

  /**
   * What a file is; its weights are not read.
   *
   * @throws DemofusionException BAD_MODEL if it is missing, or a safetensors file that is not what
   *     its header says
   */
  public static FileKind of(Path file) {
    return foreign(file).orElseGet(() -> of(SafetensorsFile.open(file).entries()));
  }

  /** What a safetensors file is, by its tensors. */
  public static FileKind of(Collection<SafetensorsFile.Entry> tensors) {
    return new KeySigns(tensors).kind();
  }

  /** What a file is that does not begin as safetensors does, as far as it is known. */
  public static Optional<FileKind> foreign(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty(); // whoever opens it says so
    }
    try (InputStream in = Files.newInputStream(file)) {
      return FirstBytes.foreign(in.readNBytes(FirstBytes.TELLING));
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, file + " cannot be read: " + SafeFile.reason(e), e);
    }
  }

  /** Why a file of some kind is not what is wanted, in one sentence. */
  public static DemofusionException refusal(Path file, FileKind kind, String wanted) {
    return DemofusionException.badModel(
        "%s is %s, not %s: %s".formatted(file, kind.title(), wanted, kind.advice()));
  }

  /** The same of a file whose keys say nothing: with the first of them. */
  public static DemofusionException unknown(
      Path file, Collection<SafetensorsFile.Entry> tensors, String wanted) {
    String keys =
        tensors.stream()
            .limit(QUOTED_KEYS)
            .map(tensor -> Excerpt.of(tensor.name().replaceAll("\\p{Cntrl}", "?"), LONGEST_KEY))
            .collect(Collectors.joining(", "));
    return DemofusionException.badModel(
        "%s is %s (%s), not %s: %s"
            .formatted(
                file,
                FileKind.UNKNOWN.title(),
                keys.isEmpty() ? "none at all" : keys,
                wanted,
                FileKind.UNKNOWN.advice()));
  }
}
