package demofusion.coordinator.results;

import java.io.InputStream;
import java.nio.file.Path;

/** A store of objects, as far as finished pictures need it. Its methods wait for a network. */
interface ObjectStore extends AutoCloseable {
  /**
   * Sends a file, and has the store confirm its size and checksum.
   *
   * @throws ObjectStoreException if it is not there when this returns
   */
  void put(String bucket, String key, Path file, FileDigest digest);

  /**
   * Has the store say that it has a file.
   *
   * @param sha256 hexadecimal, as it was sent with the file
   * @throws ObjectStoreException if it has not, or has another
   */
  void confirm(String bucket, String key, long bytes, String sha256);

  /**
   * An object's bytes, which the caller closes.
   *
   * @throws ObjectStoreException if it cannot be read
   */
  InputStream get(String bucket, String key);

  /**
   * Removes an object; one that is not there is removed.
   *
   * @throws ObjectStoreException if it may still be there
   */
  void delete(String bucket, String key);

  @Override
  void close();
}
