package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text chunks as other programs write them. */
class PictureTextTest {
  @TempDir Path folder;

  @Test
  void readsCompressedTexts() throws IOException {
    Path file =
        write(
            chunk("zTXt", bytes("a\0\0"), deflated(bytes("caf\u00e9"))),
            chunk("iTXt", bytes("b\0\1\0en\0\0"), deflated("日本".getBytes(StandardCharsets.UTF_8))),
            chunk("IDAT", new byte[1000], new byte[0]),
            chunk("tEXt", bytes("c\0behind the pixels"), new byte[0]));

    assertThat(PictureText.read(file))
        .containsEntry("a", "café")
        .containsEntry("b", "日本")
        .containsEntry("c", "behind the pixels");
  }

  @Test
  void findsNothing_whenThereIsNothing() {
    assertThat(PictureText.read(GoldenData.path("runs/image-2x-euler.png"))).isEmpty();
  }

  @Test
  void readsNoMoreOfACompressedTextThanItsBound() throws IOException {
    Path file = write(chunk("zTXt", bytes("bomb\0\0"), deflated(new byte[1 << 26])));

    assertThat(PictureText.read(file).get("bomb")).hasSize(1 << 24);
  }

  @Test
  void refusesWhatIsNoPicture() throws IOException {
    Path file = Files.writeString(folder.resolve("no.png"), "a PNG, or so it says");

    assertThatThrownBy(() -> PictureText.read(file))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            file
                + " is not a readable image; it must be a PNG, JPEG, WebP, TIFF, GIF or BMP");
  }

  @Test
  void refusesMissingFile() {
    assertThatThrownBy(() -> PictureText.read(folder.resolve("missing.png")))
        .isInstanceOf(DemofusionException.class)
        .hasMessageEndingWith("missing.png does not exist");
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] whole =
        Files.readAllBytes(write(chunk("iTXt", bytes("b\0\1\0en\0\0"), deflated(bytes("text")))));

    for (int length = 0; length < whole.length; length++) {
      Path file = Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PictureText.read(file)).isInstanceOf(DemofusionException.class);
    }
  }

  private Path write(byte[]... chunks) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.write(PngWriter.SIGNATURE);
    for (byte[] chunk : chunks) {
      png.write(chunk);
    }
    png.write(chunk("IEND", new byte[0], new byte[0]));
    return Files.write(folder.resolve("crafted.png"), png.toByteArray());
  }

  private static byte[] chunk(String type, byte[] head, byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream chunk = new DataOutputStream(bytes);
    chunk.writeInt(head.length + body.length);
    chunk.writeBytes(type);
    chunk.write(head);
    chunk.write(body);
    chunk.writeInt(0); // a checksum, which is not looked at
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] deflated(byte[] bytes) throws IOException {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
      out.write(bytes);
    }
    return deflated.toByteArray();
  }
}
