package demofusion.deploy.client;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.StoredFileList;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The farm's store of model files, for workers. */
public final class WorkFiles {
  private static final String VERSION = "v1";
  private static final String WORK = "work";
  private static final String FILES = "files";
  private static final Duration FOR_AN_ANSWER = Duration.ofSeconds(30);
  private static final int NOT_FOUND = 404;
  private static final int PARTIAL = 206;
  private static final int CHUNK = 1 << 18;

  private final Transport transport;
  private final Insistence insistence;
  private final JsonBody json;

  WorkFiles(Transport transport, Insistence insistence, JsonBody json) {
    this.transport = transport;
    this.insistence = insistence;
    this.json = json;
  }

  /** All files, by their names. */
  public StoredFileList list() {
    HttpRequest request = request(VERSION, WORK, FILES).build();
    return insistence.on(() -> transport.ask(request, json.reading(StoredFileList.class)));
  }

  /** The checkpoint that a worker without a model is to load; empty if there is none. */
  public Optional<StoredFile> wanted() {
    return found(request(VERSION, WORK, "checkpoint").build(), StoredFile.class);
  }

  /** The configurations that are stored with a checkpoint; empty if there are none. */
  public Optional<StoredConfig> config(String hash) {
    return found(request(VERSION, WORK, FILES, hash, "config").build(), StoredConfig.class);
  }

  private <T> Optional<T> found(HttpRequest request, Class<T> type) {
    try {
      return Optional.of(
          insistence.patience().insist(() -> transport.ask(request, json.reading(type))));
    } catch (RequestRefused e) {
      if (e.problem().status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e.problem().refusal(insistence.address());
    }
  }

  /**
   * Fetches what is missing of a file, however often the line is cut.
   *
   * @param part what is there of it already, from the first byte on
   * @param progress hears how many bytes are there
   */
  public void fetch(StoredFile file, Path part, LongConsumer progress) {
    try (FileChannel channel =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() > file.bytes()) {
        channel.truncate(0);
      }
      progress.accept(channel.size());
      while (channel.size() < file.bytes()) {
        insistence.on(() -> rest(file, channel, progress));
      }
      channel.force(true);
    } catch (IOException e) {
      throw SafeFile.failure(part + " could not be written", e);
    }
  }

  private long rest(StoredFile file, FileChannel channel, LongConsumer progress)
      throws RetryableFailure, RequestRefused {
    long from = size(channel);
    HttpRequest request =
        request(VERSION, WORK, FILES, file.hash())
            .header("Range", "bytes=" + from + "-")
            .header("If-Range", "\"" + file.hash() + "\"")
            .build();
    return transport.askWithStatus(
        request,
        (status, body) -> copy(body, channel, status == PARTIAL ? from : 0, file, progress));
  }

  private long copy(
      InputStream body, FileChannel channel, long from, StoredFile file, LongConsumer progress)
      throws IOException {
    byte[] chunk = new byte[CHUNK];
    long at = from;
    for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
      if (at + count > file.bytes()) {
        throw new DemofusionException(
            FailureCode.UNAVAILABLE,
            "the coordinator sends more than the %s bytes of %s"
                .formatted(file.bytes(), file.name()));
      }
      write(channel, ByteBuffer.wrap(chunk, 0, count), at);
      at += count;
      insistence.patience().answered();
      progress.accept(at);
    }
    if (at == from) {
      throw new RetryableFailure("nothing came");
    }
    return at;
  }

  /** What the disk does is not the network's fault: asking again would not mend it. */
  private static void write(FileChannel channel, ByteBuffer bytes, long at) {
    long place = at;
    try {
      while (bytes.hasRemaining()) {
        place += channel.write(bytes, place);
      }
    } catch (IOException e) {
      throw SafeFile.failure("the fetched file could not be written", e);
    }
  }

  private static long size(FileChannel channel) {
    try {
      return channel.size();
    } catch (IOException e) {
      throw SafeFile.failure("the fetched file cannot be read", e);
    }
  }

  private HttpRequest.Builder request(String... route) {
    return transport.request(route).header("Accept", "*/*").timeout(FOR_AN_ANSWER);
  }
}
