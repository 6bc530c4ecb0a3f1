package demofusion.deploy.client;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A file on its way from the farm: under its name there is the whole of it, or nothing new. */
final class Download {
  /** Of a file whose bytes are not what the farm says. */
  static final int ATTEMPTS = 3;

  private static final int CHUNK = 1 << 16;

  private final Transport transport;
  private final JobFile file;
  private final Path target;

  Download(Transport transport, JobFile file, Path target) {
    this.transport = transport;
    this.file = file;
    this.target = target;
  }

  /** The bytes are not what the farm says: the file is not to appear under its name. */
  private static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * From the first byte to the last.
   *
   * @return the SHA-256 of what came, hexadecimal; the file is there if it is the right one
   */
  String once(HttpRequest request) throws RetryableFailure, RequestRefused {
    return transport.ask(request, this::store);
  }

  private String store(InputStream body) throws IOException {
    String[] came = {""};
    try {
      SafeFile.write(
          target,
          channel -> {
            came[0] = copy(body, channel);
            if (!file.isSha256(came[0])) {
              throw new Wrong();
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (Wrong e) {
      // Its SHA-256 says so to the caller.
    }
    return came[0];
  }

  private static String copy(InputStream body, FileChannel channel) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] chunk = new byte[CHUNK];
    for (int count = read(body, chunk); count >= 0; count = read(body, chunk)) {
      digest.update(chunk, 0, count);
      ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, count);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** What the network does is not the file's fault, and no sentence about the file is due. */
  private static int read(InputStream body, byte[] chunk) {
    try {
      return body.read(chunk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  DemofusionException mismatch(String came) {
    return new DemofusionException(
        FailureCode.UNAVAILABLE,
        ("the %s arrived with SHA-256 %s but the farm reports %s, %s times: it was "
                + "corrupted in transit or on the coordinator's disk")
            .formatted(file.name(), came, file.sha256(), ATTEMPTS));
  }
}
