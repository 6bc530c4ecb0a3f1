package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text chunks as other programs write them. */
class PictureTextTest {
  private static final String SETTINGS =
      "a lighthouse, 灯台\nNegative prompt: fog\nSteps: 20, Sampler: DDIM, Seed: 7";

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
            file + " is not a readable image; it must be a PNG, JPEG, WebP, TIFF, GIF or BMP");
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "settings-unicode.jpg",
        "settings-unicode-le.jpg",
        "settings-unicode-bom.jpg",
        "settings-unicode-utf8.jpg",
        "settings-undefined.jpg",
        "settings-bare.jpg",
        "settings-comment.jpg",
        "settings.webp",
        "settings.gif"
      })
  void findsSettings_whereverAProgramPutsThem(String name) throws IOException {
    assertThat(PictureText.read(PictureReaderTest.sample(name), name))
        .containsEntry("parameters", SETTINGS);
  }

  @Test
  void findsSettingsInAscii() throws IOException {
    assertThat(PictureText.read(PictureReaderTest.sample("settings-ascii.jpg"), ""))
        .containsEntry("parameters", SETTINGS.replace(", 灯台", ""));
    assertThat(PictureText.read(PictureReaderTest.sample("settings-fooocus.jpg"), ""))
        .containsEntry("parameters", SETTINGS.replace("灯台", "??")); // Pillow's own doing
  }

  @Test
  void findsComfysGraphs_inAWebp() throws IOException {
    assertThat(PictureText.read(PictureReaderTest.sample("settings-comfy.webp"), ""))
        .isEqualTo(Map.of("prompt", "{\"3\": {}}", "workflow", "{\"nodes\": []}"));
  }

  @Test
  void findsNothing_inAPhotograph() throws IOException {
    for (String name : new String[] {"baseline.jpg", "lossy.webp", "strips.tif", "true.bmp"}) {
      assertThat(PictureText.read(PictureReaderTest.sample(name), name)).isEmpty();
    }
  }

  @Test
  void readsNoMoreOfManyTexts_thanOfOne() throws IOException {
    byte[][] chunks = new byte[40][];
    for (int n = 0; n < chunks.length; n++) {
      chunks[n] = chunk("zTXt", bytes("bomb" + n + "\0\0"), deflated(new byte[1 << 20]));
    }

    int sum = 0;
    for (String text : PictureText.read(write(chunks)).values()) {
      sum += text.length();
    }
    assertThat(sum).isEqualTo(1 << 24);
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

  @Test
  void readsACommentInTheFirstDirectory_asPillowWritesIt() throws IOException {
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    PictureEncoder.of(WrittenFormat.JPEG, null)
        .write(jpeg, PixelRows.of(Tensor.zeros(3, 8, 8)), Map.of());
    byte[] text = bytes("{\"prompt\": \"a fox\"}\0");
    ByteBuffer exif = ByteBuffer.allocate(4 + 6 + 8 + 2 + 12 + 4 + text.length);
    exif.putShort((short) 0xffe1).putShort((short) (exif.capacity() - 2));
    exif.put(bytes("Exif\0\0MM\0*")).putInt(8).putShort((short) 1);
    exif.putShort((short) 0x9286).putShort((short) 2).putInt(text.length).putInt(26);
    exif.putInt(0).put(text);
    ByteArrayOutputStream with = new ByteArrayOutputStream();
    with.write(jpeg.toByteArray(), 0, 2);
    with.write(exif.array());
    with.write(jpeg.toByteArray(), 2, jpeg.size() - 2);

    assertThat(PictureText.read(with.toByteArray(), "a.jpg"))
        .containsEntry("parameters", "{\"prompt\": \"a fox\"}");
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
