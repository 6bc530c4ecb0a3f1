package demofusion.protocol.model.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileKindsTest {
  /** Refused though they are checkpoints by their keys: their shapes say more. */
  private static final Set<String> BY_SHAPES =
      Set.of("refiner", "inpainting", "InstructPix2Pix", "depth", "CosXL");

  @TempDir Path temp;

  @ParameterizedTest
  @MethodSource("demofusion.protocol.model.file.GoldenHeaders#names")
  void tellsWhatPeopleHave(String name) {
    String refused = GoldenHeaders.expected(name).path("refused").asText("none");

    FileKind kind = FileKinds.of(GoldenHeaders.entries(name));

    if (refused.equals("none") || BY_SHAPES.contains(refused)) {
      assertThat(kind).isEqualTo(FileKind.CHECKPOINT);
    } else if (refused.isEmpty()) {
      assertThat(kind).isEqualTo(FileKind.UNKNOWN);
    } else {
      assertThat(kind.title()).contains(refused);
    }
  }

  @ParameterizedTest
  @MethodSource("demofusion.protocol.model.file.GoldenHeaders#namesBesideModels")
  void tellsWhatGoesBesideAModel(String name) {
    FileKind kind = FileKinds.of(GoldenHeaders.entries(name));

    switch (GoldenHeaders.expected(name).path("kind").asText("refused")) {
      case "ControlNet", "ControlNet union" -> assertThat(kind).isEqualTo(FileKind.CONTROLNET);
      case "IP-Adapter" -> assertThat(kind).isEqualTo(FileKind.IP_ADAPTER);
      default ->
          assertThat(kind.title()).contains(GoldenHeaders.expected(name).get("refused").asText());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PK\u0003\u0004\u0014\u0000\u0000\u0000archive/data.pkl, PICKLE",
    "GGUF\u0003\u0000\u0000\u0000, GGUF",
    "version https://git-lfs.github.com/spec/v1, LFS_POINTER",
    "<!DOCTYPE html><html>, WEB_PAGE",
    "'\n  <html>', WEB_PAGE"
  })
  void tellsWhatIsNoSafetensorsFile(String content, FileKind kind) throws IOException {
    assertThat(FileKinds.of(written(content.getBytes(StandardCharsets.ISO_8859_1))))
        .isEqualTo(kind);
  }

  @Test
  void tellsAnOldPickleByItsProtocol() throws IOException {
    assertThat(FileKinds.of(written(new byte[] {(byte) 0x80, 2, '}', 'q'})))
        .isEqualTo(FileKind.PICKLE);
  }

  @ParameterizedTest
  @ValueSource(chars = {'<', 'G', 'P', 0x80})
  void readsAHeaderWhoseLengthBeginsLikeAnotherFormat(char first) throws IOException {
    byte[] json =
        "{\"emb_params\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"
            .getBytes(StandardCharsets.UTF_8);
    int length = 256 + first;
    byte[] bytes = new byte[8 + length];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(json);

    assertThat(FileKinds.of(written(bytes))).isEqualTo(FileKind.EMBEDDING);
  }

  @ParameterizedTest
  @CsvSource({
    "first_stage_model.decoder.conv_in.weight, VAE",
    "taesd_decoder.1.weight, TAESD",
    "params_ema.body.0.rdb1.conv1.weight, UPSCALER",
    "model.1.sub.0.RDB1.conv1.0.weight, UPSCALER",
    "down_blocks.0.motion_modules.0.temporal_transformer.norm.weight, ANIMATE_DIFF",
    "txt_in.individual_token_refiner.blocks.0.norm1.weight, HUNYUAN_VIDEO",
    "model.diffusion_model.input_blocks.1.0.time_stack.in_layers.0.weight, STABLE_VIDEO_DIFFUSION",
    "blocks.0.cross_attn.q_linear.weight, SANA",
    "vision_model.embeddings.class_embedding, IMAGE_ENCODER",
    "ip_adapter.1.to_k_lora.down.weight, FACE_ID",
    "lora_unet_conv_in.diff, LORA",
    "text_encoder.text_model.final_layer_norm.b_norm, LORA",
    "string_to_param.*, EMBEDDING",
    "a_word, EMBEDDING"
  })
  void knowsOtherSigns(String key, FileKind kind) throws IOException {
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    ObjectNode tensors = header.putObject("tensors");
    tensors.putArray(key).add("F32").addArray().add(3).add(768);
    if (!key.equals("a_word")) {
      tensors.putArray("another").add("F32").addArray().add(1);
    }
    if (key.startsWith("txt_in")) {
      tensors.putArray("double_blocks.0.x").add("F32").addArray().add(1);
    }

    assertThat(FileKinds.of(GoldenHeaders.write(header, temp.resolve("some.safetensors"))))
        .isEqualTo(kind);
  }

  @Test
  void namesWhatItRefuses() {
    Path file = Path.of("some.safetensors");

    assertThat(FileKinds.refusal(file, FileKind.LORA, "a model"))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "some.safetensors is a LoRA, a change to a model, not a model: pass it with --lora"
                + " beside the model that it was made for");
    assertThat(FileKinds.unknown(file, GoldenHeaders.entries("nothing"), "a model"))
        .hasMessageContaining("(a.weight, b.bias)");
    assertThat(FileKinds.unknown(file, List.of(), "a model")).hasMessageContaining("none at all");
  }

  private Path written(byte[] content) throws IOException {
    return Files.write(temp.resolve("file.safetensors"), content);
  }
}
