package demofusion.worker.model.torch;

import demofusion.protocol.file.Resources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What {@code torch.jit.save} would write for one of our networks, made in memory without Python: a
 * zip of stored entries with the module's attributes (no weights) and its source.
 */
final class TorchScriptArchive {
  private static final String SHARED_SOURCE = "layers.py";

  /** Sources that go on where another's class ends. */
  private static final Map<String, String> BEGUN_BY = Map.of("controlnet.py", "unet.py");

  /** A pickled empty tuple. */
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private TorchScriptArchive() {}

  /**
   * @param source a resource of {@code torchscript/}
   */
  static byte[] of(String source, Attributes attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(zip, "network/data.pkl", attributes.toPickle());
      entry(zip, "network/code/__torch__.py", whole(source));
      entry(zip, "network/code/__torch__/layers.py", resource(SHARED_SOURCE));
      entry(zip, "network/constants.pkl", NO_CONSTANTS);
      entry(zip, "network/version", "10\n".getBytes(StandardCharsets.US_ASCII));
      entry(zip, "network/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCompressedSize(bytes.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static byte[] whole(String source) {
    String beginning = BEGUN_BY.get(source);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (beginning != null) {
      bytes.writeBytes(resource(beginning));
      bytes.write('\n');
    }
    bytes.writeBytes(resource(source));
    return bytes.toByteArray();
  }

  private static byte[] resource(String name) {
    return Resources.read(TorchScriptArchive.class, "/torchscript/" + name);
  }
}
