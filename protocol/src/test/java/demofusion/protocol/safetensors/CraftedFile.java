package demofusion.protocol.safetensors;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Bytes that look like a safetensors file, each part of which can lie. */
final class CraftedFile {
  private final byte[] header;
  private final long headerLength;
  private final byte[] data;

  private CraftedFile(byte[] header, long headerLength, byte[] data) {
    this.header = header;
    this.headerLength = headerLength;
    this.data = data;
  }

  /** A file with this JSON and so many bytes of data. */
  static CraftedFile of(String json, int dataBytes) {
    return of(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  static CraftedFile of(byte[] header, int dataBytes) {
    byte[] data = new byte[dataBytes];
    for (int n = 0; n < dataBytes; n++) {
      data[n] = (byte) n;
    }
    return new CraftedFile(header, header.length, data);
  }

  /** The same file, saying another length of its header. */
  CraftedFile sayingHeaderLength(long length) {
    return new CraftedFile(header, length, data);
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(headerLength).array());
    bytes.writeBytes(header);
    bytes.writeBytes(data);
    return bytes.toByteArray();
  }
}
