package demofusion.coordinator.results;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store in the heap, which can be out of reach, and says what it was asked for. */
final class FakeStore implements ObjectStore {
  final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  final Map<String, String> hashes = new ConcurrentHashMap<>();

  /** Keys that were read, in order. */
  final List<String> read = new CopyOnWriteArrayList<>();

  volatile boolean isDown;

  @Override
  public void put(String bucket, String key, Path file, FileDigest digest) {
    try {
      objects.put(key, Files.readAllBytes(file));
      hashes.put(key, digest.sha256());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void confirm(String bucket, String key, long bytes, String sha256) {
    requireObject(key);
    if (!sha256.equals(hashes.get(key))) {
      throw new ObjectStoreException("object " + key + " is another");
    }
  }

  @Override
  public InputStream get(String bucket, String key) {
    read.add(key);
    requireObject(key);
    return new ByteArrayInputStream(Objects.requireNonNull(objects.get(key)));
  }

  private void requireObject(String key) {
    if (isDown) {
      throw new ObjectStoreException("the store at http://here could not be asked");
    }
    if (!objects.containsKey(key)) {
      throw ObjectStoreException.refusal("the store answered 404 NoSuchKey");
    }
  }

  @Override
  public void delete(String bucket, String key) {
    objects.remove(key);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
