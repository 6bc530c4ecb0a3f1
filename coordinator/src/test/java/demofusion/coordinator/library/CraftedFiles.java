package demofusion.coordinator.library;

import demofusion.protocol.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;

/** Small safetensors files of every kind that a library has. */
public final class CraftedFiles {
  /** Of a LoRA. */
  public static final String LORA_KEY = "lora_unet_mid_block.lora_up.weight";

  private CraftedFiles() {}

  /** One tensor of bytes under this key, with these metadata. */
  public static byte[] of(String key, int length, long seed, String metadata) {
    byte[] data = new byte[length];
    new Random(seed).nextBytes(data);
    String json =
        "{%s\"%s\":{\"dtype\":\"U8\",\"shape\":[%s,1,1],\"data_offsets\":[0,%s]}}"
            .formatted(
                metadata.isEmpty() ? "" : "\"__metadata__\":{" + metadata + "},",
                key,
                length,
                length);
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, header.length).array());
    file.writeBytes(header);
    file.writeBytes(data);
    return file.toByteArray();
  }

  public static byte[] lora(int length, long seed) {
    return of(LORA_KEY, length, seed, "");
  }

  public static byte[] checkpoint(int length, long seed) {
    return of("model.diffusion_model.input_blocks.0.0.weight", length, seed, "");
  }

  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Sha256.of(bytes));
  }

  public static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.resolveSibling("."));
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
