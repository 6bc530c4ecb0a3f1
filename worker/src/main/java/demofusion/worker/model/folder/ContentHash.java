package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * SHA-256 over everything that a model is, as a tree so that all cores take part: each file's
 * chunks of 32 MiB are hashed by themselves, and the hash of a model is that of the list of names,
 * lengths and chunk hashes. Any changed byte changes it; where the folder lies does not.
 */
final class ContentHash {
  private static final long CHUNK_BYTES = 32L << 20;

  private ContentHash() {}

  /**
   * @param files by their names within the model, in a fixed order
   * @return hexadecimal
   */
  static String of(Map<String, Path> files) {
    MessageDigest list = Sha256.digest();
    files.forEach(
        (name, path) -> {
          try (FileChannel channel = FileChannel.open(path)) {
            long size = channel.size();
            list.update((name + "\0" + size + "\0").getBytes(StandardCharsets.UTF_8));
            long chunks = (size + CHUNK_BYTES - 1) / CHUNK_BYTES;
            LongStream.range(0, chunks)
                .parallel()
                .mapToObj(n -> chunk(channel, n * CHUNK_BYTES, size))
                .toList()
                .forEach(list::update);
          } catch (IOException | UncheckedIOException e) {
            throw new DemofusionException(
                FailureCode.BAD_MODEL, "the model's " + name + " cannot be read", e);
          }
        });
    return HexFormat.of().formatHex(list.digest());
  }

  private static byte[] chunk(FileChannel channel, long from, long size) {
    long length = Math.min(CHUNK_BYTES, size - from);
    try {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, from, length);
      MessageDigest digest = Sha256.digest();
      digest.update(bytes);
      return digest.digest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
