package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What files are, read once: a file of the same path, size and time is not read again in the life
 * of this. The short hash is A1111's of a LoRA: {@code sshs_model_hash} of the metadata, else the
 * SHA-256 of what follows the header; 12 digits; its models have the first 10 of the whole file's.
 */
public final class FileHashes {
  private static final int SHORT = 12;
  private static final int SHORT_OF_MODEL = 10;
  private static final int CHUNK = 1 << 20;
  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{12,128}");
  private static final int LONGEST_NAME = 200;

  /**
   * What was found out of a file.
   *
   * @param hash SHA-256 of all of it, hexadecimal
   * @param loraHash A1111's of a LoRA
   * @param ownName what it calls itself; empty where it does not
   */
  public record Facts(String hash, String loraHash, String ownName) {
    /** By which other programs record a file of that kind. */
    public String shortHash(LibraryKind kind) {
      return switch (kind) {
        case LORA -> loraHash;
        case EMBEDDING -> hash.substring(0, SHORT);
        case CHECKPOINT, VAE, UPSCALER, CONTROLNET, IP_ADAPTER, IMAGE_ENCODER ->
            hash.substring(0, SHORT_OF_MODEL);
      };
    }
  }

  private record Seen(long size, long millis, Object key, Facts facts) {}

  private final Map<Path, Seen> known = new ConcurrentHashMap<>();

  /**
   * @throws DemofusionException BAD_MODEL if it is no safetensors file, STORAGE if it cannot be
   *     read
   */
  Facts of(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Seen seen = known.get(file);
      if (seen != null && isOf(seen, now)) {
        return seen.facts();
      }
      Facts facts = read(file);
      known.put(file, new Seen(now.size(), now.lastModifiedTime().toMillis(), key(now), facts));
      return facts;
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
  }

  /** What it calls itself, without reading more than its header. */
  String ownName(Path file) {
    Seen seen = known.get(file);
    return seen != null ? seen.facts().ownName() : ownName(SafetensorsFile.open(file).metadata());
  }

  /** A file of that hash which has been read and is unchanged. */
  Optional<Path> find(String hash) {
    return known.entrySet().stream()
        .filter(each -> each.getValue().facts().hash().equals(hash))
        .filter(each -> isUnchanged(each.getKey(), each.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static boolean isUnchanged(Path file, Seen seen) {
    try {
      return isOf(seen, Files.readAttributes(file, BasicFileAttributes.class));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isOf(Seen seen, BasicFileAttributes now) {
    return seen.size() == now.size()
        && seen.millis() == now.lastModifiedTime().toMillis()
        && seen.key().equals(key(now));
  }

  /** The file's number where the system has one: another that took its name has another. */
  private static Object key(BasicFileAttributes now) {
    Object key = now.fileKey();
    return key == null ? "" : key;
  }

  /** The SHA-256 of all of a file, and of what follows its header. */
  private record Digests(String whole, String behindHeader) {}

  private static Facts read(Path file) throws IOException {
    return read(file, any -> {});
  }

  /**
   * Reads a file, whatever is known of it.
   *
   * @param afterHash is told the hash before anything else is expected of the file, and may throw
   * @throws DemofusionException BAD_MODEL if it is no safetensors file
   */
  public static Facts read(Path file, Consumer<String> afterHash) throws IOException {
    Digests digests = digests(file);
    afterHash.accept(digests.whole());
    Map<String, String> metadata = SafetensorsFile.open(file).metadata();
    String given = metadata.getOrDefault("sshs_model_hash", "");
    String loraHash =
        HASH.matcher(given).matches() ? given.toLowerCase(Locale.ROOT) : digests.behindHeader();
    return new Facts(digests.whole(), loraHash.substring(0, SHORT), ownName(metadata));
  }

  private static Digests digests(Path file) throws IOException {
    MessageDigest whole = Sha256.digest();
    MessageDigest behindHeader = Sha256.digest();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
      long header = 0;
      long place = 0;
      while (channel.read(chunk) >= 0) {
        chunk.flip();
        int count = chunk.limit();
        if (place == 0 && count >= Long.BYTES) {
          header = Long.BYTES + chunk.getLong(0);
        }
        whole.update(chunk.duplicate());
        if (place + count > header) {
          chunk.position((int) Math.max(0, header - place));
          behindHeader.update(chunk);
        }
        place += count;
        chunk.clear();
      }
    }
    return new Digests(
        HexFormat.of().formatHex(whole.digest()), HexFormat.of().formatHex(behindHeader.digest()));
  }

  private static String ownName(Map<String, String> metadata) {
    String name = metadata.getOrDefault("ss_output_name", "").strip();
    return name.length() > LONGEST_NAME || name.contains("/") || name.contains("\\") ? "" : name;
  }

  static DemofusionException unknown(String hash) {
    return new DemofusionException(
        FailureCode.NOT_FOUND,
        "there is no file with the SHA-256 " + hash + "; it may have been moved or removed");
  }
}
