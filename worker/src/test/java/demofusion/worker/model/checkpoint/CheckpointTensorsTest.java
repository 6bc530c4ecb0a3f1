package demofusion.worker.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.GoldenData;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.Float8;
import demofusion.protocol.safetensors.FloatConversion;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.tensor.TensorNames;
import demofusion.worker.model.tensor.TensorView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every tensor of a folder is in the single file that was made of it, to the bit. */
class CheckpointTensorsTest {
  private static final List<String> PARTS =
      List.of("text_encoder", "text_encoder_2", "unet", "vae");
  private static final Path SDXL = GoldenData.path("models/single/tiny-sdxl.safetensors");
  private static final Path SD15 = GoldenData.path("models/single/tiny-sd15.safetensors");
  private static final float[] E4M3 = values();

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "tiny-sdxl, models/single/tiny-sdxl.safetensors, 2",
    "models/tiny-sd15, models/single/tiny-sd15.safetensors, 1",
    "models/tiny-sd21, models/single/tiny-sd21-fp8.safetensors, 1"
  })
  void hasTheFoldersTensors(String folder, String file, int towers) {
    Checkpoint checkpoint = read(GoldenData.path(file), folder);

    assertThat(checkpoint.parts()).hasSize(2 + towers);
    for (String part : PARTS) {
      for (SafetensorsFile weights : weights(GoldenData.path(folder).resolve(part))) {
        for (SafetensorsFile.Entry entry : weights.entries()) {
          if (entry.name().endsWith("position_ids")) {
            continue;
          }
          String name = TensorNames.ofDiffusers(entry.name());
          TensorView view = tensor(checkpoint.part(part).tensors(), name);
          assertThat(view.shape()).as(name).isEqualTo(entry.shape());
          float[] wanted = TensorView.of(weights, entry).floats();
          assertThat(FloatConversion.toFloats(view.type(), view.bytes()))
              .as("%s %s", part, name)
              .isEqualTo(Float8.is(view.stored()) ? rounded(wanted) : halves(wanted, view));
        }
      }
    }
    assertThat(checkpoint.unknown()).isEmpty();
  }

  @Test
  void leavesTheTensorsInTheFile_butForTheOneThatIsTurned() {
    Checkpoint checkpoint = read(SDXL, "tiny-sdxl");

    for (String part : PARTS) {
      checkpoint
          .part(part)
          .tensors()
          .forEach(
              (name, view) ->
                  assertThat(view.bytes().isReadOnly())
                      .as("%s %s is the mapped file's", part, name)
                      .isEqualTo(!name.equals("text_projection.weight")));
    }
  }

  @Test
  void takesOldTowersWithoutTheirPrefix_andTheSecondTowerUnderAFoldersNames() {
    Checkpoint plain = read(SDXL, "tiny-sdxl");
    Path old =
        CraftedCheckpoint.copyOf(SDXL)
            .rename(key -> key.replace(".transformer.text_model.", ".transformer."))
            .write(temp.resolve("old.safetensors"));

    assertThat(read(old, "tiny-sdxl").part("text_encoder").tensors().keySet())
        .isEqualTo(plain.part("text_encoder").tensors().keySet());

    for (String place : List.of("transformer.", "model.transformer.")) {
      CraftedCheckpoint crafted =
          CraftedCheckpoint.copyOf(SDXL)
              .rename(key -> key.startsWith("conditioner.embedders.1.") ? "" : key);
      plain
          .part("text_encoder_2")
          .tensors()
          .forEach(
              (name, view) ->
                  crafted.add(
                      "conditioner.embedders.1." + place + name,
                      view.stored(),
                      bytes(view),
                      view.shape()));
      Path file = crafted.write(temp.resolve(place + "safetensors"));
      Map<String, TensorView> tensors = read(file, "tiny-sdxl").part("text_encoder_2").tensors();
      assertThat(tensors.keySet()).isEqualTo(plain.part("text_encoder_2").tensors().keySet());
      assertThat(tensor(tensors, "text_projection.weight").floats())
          .isEqualTo(
              tensor(plain.part("text_encoder_2").tensors(), "text_projection.weight").floats());
    }
  }

  @Test
  void takesAVaeOfMatrices_underOldNames_orUnderAFoldersOwn() {
    Map<String, TensorView> plain = read(SD15, "models/tiny-sd15").part("vae").tensors();
    CraftedCheckpoint crafted =
        CraftedCheckpoint.copyOf(SD15)
            .rename(key -> key.startsWith("first_stage_model.") ? "" : key);
    plain.forEach(
        (name, view) ->
            crafted.add(
                "first_stage_model." + name.replace("attentions.0.to_q", "attentions.0.query"),
                view.stored(),
                bytes(view),
                view.shape()));
    Path file = crafted.write(temp.resolve("folder-names.safetensors"));

    Map<String, TensorView> tensors = read(file, "models/tiny-sd15").part("vae").tensors();

    assertThat(tensors.keySet()).isEqualTo(plain.keySet());
    String query = "decoder.mid_block.attentions.0.to_q.weight";
    assertThat(tensor(tensors, query).shape()).hasSize(2);
    assertThat(tensor(tensors, query).floats()).isEqualTo(tensor(plain, query).floats());
  }

  @Test
  void multipliesWeightsWithTheirScales() {
    String layer = "model.diffusion_model.time_embed.0.";
    byte[] scale = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0.3f).array();
    Path file =
        CraftedCheckpoint.copyOf(GoldenData.path("models/single/tiny-sd21-fp8.safetensors"))
            .add("model.diffusion_model.scaled_fp8", DType.F8_E4M3, new byte[2], 2)
            .add(layer + "scale_weight", DType.F32, scale)
            .add(layer + "scale_input", DType.F32, scale)
            .write(temp.resolve("scaled.safetensors"));
    Checkpoint plain =
        read(GoldenData.path("models/single/tiny-sd21-fp8.safetensors"), "models/tiny-sd21");

    Checkpoint scaled = read(file, "models/tiny-sd21");

    String name = "time_embedding.linear_1.weight";
    float[] wanted = tensor(plain.part("unet").tensors(), name).floats();
    for (int n = 0; n < wanted.length; n++) {
      wanted[n] *= 0.3f;
    }
    TensorView view = tensor(scaled.part("unet").tensors(), name);
    assertThat(view.type()).isEqualTo(DType.F32);
    assertThat(FloatConversion.toFloats(view.type(), view.bytes())).isEqualTo(wanted);
    assertThat(scaled.unknown()).isEmpty();
  }

  @Test
  void refusesAScaleThatIsNoNumber() {
    byte[] scale =
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(Float.NaN).array();
    Path file =
        CraftedCheckpoint.copyOf(SD15)
            .add("model.diffusion_model.time_embed.0.scale_weight", DType.F32, scale)
            .write(temp.resolve("scaled.safetensors"));

    assertThatThrownBy(() -> read(file, "models/tiny-sd15"))
        .hasMessageContaining("scale_weight must be one finite number");
  }

  @Test
  void countsWhatItKnowsNothingOf() {
    Path file =
        CraftedCheckpoint.copyOf(SD15)
            .add("model.diffusion_model.novelty.weight", DType.F16, new byte[2], 1)
            .add("extra", DType.F16, new byte[2], 1)
            .write(temp.resolve("more.safetensors"));

    assertThat(read(file, "models/tiny-sd15").unknown())
        .containsExactly("model.diffusion_model.novelty.weight", "extra");
  }

  private static Checkpoint read(Path file, String configs) {
    return Checkpoint.read(file, ModelFiles.of(GoldenData.path(configs)));
  }

  private static List<SafetensorsFile> weights(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .map(SafetensorsFile::open)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TensorView tensor(Map<String, TensorView> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private static byte[] bytes(TensorView view) {
    ByteBuffer content = view.content().get();
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    return bytes;
  }

  /** The file is in float16, and so are the values of a folder that is stored in float32. */
  private static float[] halves(float[] wanted, TensorView view) {
    assertThat(view.stored()).isEqualTo(DType.F16);
    return wanted;
  }

  private static float[] values() {
    ByteBuffer all = ByteBuffer.allocate(256);
    for (int value = 0; value < 256; value++) {
      all.put((byte) value);
    }
    return FloatConversion.toFloats(DType.F8_E4M3, all.flip());
  }

  /** To the nearest float of eight bits; of two equally near ones to the even one. */
  private static float[] rounded(float[] values) {
    float[] rounded = new float[values.length];
    for (int n = 0; n < values.length; n++) {
      int best = 0;
      for (int bits = 0; bits < 0x7f; bits++) {
        double distance = Math.abs(E4M3[bits] - Math.abs(values[n]));
        double least = Math.abs(E4M3[best] - Math.abs(values[n]));
        if (distance < least || (distance == least && bits % 2 == 0)) {
          best = bits;
        }
      }
      rounded[n] = Math.copySign(E4M3[best], values[n]);
    }
    return rounded;
  }
}
