package demofusion.deploy.compare.stress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.deploy.terminal.Json;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a stress run keeps what it has drawn: {@code SIZE/NN-SEED-METHOD.png} with its record
 * beside it, written last. What has a record is not drawn again.
 */
final class StressFolder {
  static final String FIRST_PHASE = "phase-1";

  private static final String SETTINGS = "stress.json";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path folder;

  StressFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Notes the settings that all pictures are drawn with, or finds the same ones noted.
   *
   * @throws DemofusionException BAD_REQUEST if pictures lie here that were drawn with others
   */
  void claim(Map<String, Object> settings) {
    Path file = folder.resolve(SETTINGS);
    String wanted = Json.line(settings);
    if (!Files.exists(file)) {
      SafeFile.write(file, (wanted + "\n").getBytes(StandardCharsets.UTF_8));
      return;
    }
    String noted = text(file).strip();
    if (!noted.equals(wanted)) {
      throw DemofusionException.badRequest(
          "%s has images that were made with other settings (%s instead of %s); choose another folder with --output"
              .formatted(folder, noted, wanted));
    }
  }

  /** A picture's name without its ending. */
  static String name(String size, StressCaption caption, long seed, String method) {
    return String.format(
        Locale.ROOT,
        "%s/%02d-%d-%s",
        size,
        caption.number(),
        seed,
        method.replaceAll("[^A-Za-z0-9._-]+", "-"));
  }

  Path picture(String name) {
    return folder.resolve(name + ".png");
  }

  /** Takes a picture over from wherever it was drawn. */
  void keep(Path drawn, String name) {
    Path to = picture(name);
    try {
      Files.createDirectories(to.getParent());
      Files.move(drawn, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw SafeFile.failure(to + " cannot be written", e);
    }
  }

  <T> void note(String name, T row) {
    SafeFile.write(record(name), (Json.line(row) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** What was noted; empty: it is to be drawn. */
  <T> Optional<T> noted(String name, Class<T> type) {
    Path file = record(name);
    if (!Files.exists(file) || !Files.exists(picture(name))) {
      return Optional.empty();
    }
    try {
      @Nullable T row = MAPPER.readValue(text(file), type);
      return Optional.ofNullable(row);
    } catch (JsonProcessingException e) {
      return Optional.empty(); // of another release, or cut off: it is drawn again
    }
  }

  private Path record(String name) {
    return folder.resolve(name + ".json");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
  }
}
