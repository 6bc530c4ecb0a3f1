package demofusion.coordinator.image;

import demofusion.protocol.DemofusionException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.InflaterInputStream;

/** Reads the text chunks of a PNG from any program, without decoding its pixels. */
public final class PngText {
  private static final int MOST_BYTES = 1 << 24; // of one text, compressed or not

  private PngText() {}

  /**
   * All texts of a file by keyword: tEXt, zTXt and iTXt. Of two with the same keyword the first
   * counts.
   *
   * @throws DemofusionException BAD_REQUEST if the file is missing or no whole PNG
   */
  public static Map<String, String> read(Path path) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      return read(in, path.toString());
    } catch (NoSuchFileException e) {
      throw DemofusionException.badRequest(path + " does not exist");
    } catch (IOException e) {
      throw DemofusionException.badRequest(path + " cannot be read as a PNG: " + e.getMessage());
    }
  }

  /**
   * The same of a picture in memory.
   *
   * @param what it is, for a sentence
   */
  public static Map<String, String> read(byte[] png, String what) {
    return read(new ByteArrayInputStream(png), what);
  }

  private static Map<String, String> read(InputStream png, String what) {
    try {
      return readChunks(new DataInputStream(png), what);
    } catch (EOFException e) {
      throw DemofusionException.badRequest(what + " is a truncated PNG");
    } catch (IOException e) {
      throw DemofusionException.badRequest(what + " cannot be read as a PNG: " + e.getMessage());
    }
  }

  private static Map<String, String> readChunks(DataInputStream in, String what)
      throws IOException {
    if (!Arrays.equals(in.readNBytes(PngWriter.SIGNATURE.length), PngWriter.SIGNATURE)) {
      throw DemofusionException.badRequest(what + " is not a PNG");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    while (true) {
      long length = in.readInt() & 0xffffffffL;
      String type = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
      boolean isText = type.equals("tEXt") || type.equals("zTXt") || type.equals("iTXt");
      if (type.equals("IEND")) {
        return texts;
      }
      if (isText && length <= MOST_BYTES) {
        addText(texts, type, in.readNBytes((int) length));
      } else {
        in.skipNBytes(length);
      }
      in.skipNBytes(4); // checksum
    }
  }

  private static void addText(Map<String, String> texts, String type, byte[] chunk)
      throws IOException {
    Fields fields = new Fields(chunk);
    String keyword = fields.nextUpToZero();
    switch (type) {
      case "tEXt" -> texts.putIfAbsent(keyword, fields.rest(StandardCharsets.ISO_8859_1, false));
      case "zTXt" -> {
        fields.nextByte(); // the method: there is only one
        texts.putIfAbsent(keyword, fields.rest(StandardCharsets.ISO_8859_1, true));
      }
      default -> {
        boolean compressed = fields.nextByte() != 0;
        fields.nextByte(); // the method
        fields.nextUpToZero(); // the language
        fields.nextUpToZero(); // the keyword, translated
        texts.putIfAbsent(keyword, fields.rest(StandardCharsets.UTF_8, compressed));
      }
    }
  }

  /** A text chunk, read field by field. */
  private static final class Fields {
    private final byte[] chunk;
    private int position;

    Fields(byte[] chunk) {
      this.chunk = chunk;
    }

    int nextByte() throws IOException {
      if (position >= chunk.length) {
        throw new IOException("a text chunk ends too early");
      }
      return chunk[position++];
    }

    String nextUpToZero() throws IOException {
      int from = position;
      while (nextByte() != 0) {}
      return new String(chunk, from, position - 1 - from, StandardCharsets.ISO_8859_1);
    }

    String rest(Charset charset, boolean compressed) throws IOException {
      ByteArrayInputStream bytes =
          new ByteArrayInputStream(chunk, position, chunk.length - position);
      byte[] text =
          compressed ? new InflaterInputStream(bytes).readNBytes(MOST_BYTES) : bytes.readAllBytes();
      return new String(text, charset);
    }
  }
}
