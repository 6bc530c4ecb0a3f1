package demofusion.worker.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.file.GoldenHeaders;
import demofusion.protocol.model.file.UnetKeys;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that lie: each is opened or refused in one sentence, and nothing else happens. */
class CheckpointFuzzTest {
  private static final Path TINY = GoldenData.path("models/single/tiny-sdxl.safetensors");
  private static final int SPOILED = 60;

  @TempDir Path temp;

  @Test
  void refusesAFileThatEndsTooSoon() throws IOException {
    byte[] whole = Files.readAllBytes(TINY);
    int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int data = Long.BYTES + header;
    for (int length :
        new int[] {0, 1, 7, 8, 9, data / 2, data - 1, data, data + 1, whole.length - 1}) {
      Path file = Files.write(temp.resolve("cut-" + length), Arrays.copyOf(whole, length));

      assertRefused(catchThrowable(() -> open(file)), "cut after " + length);
    }
  }

  @Test
  void refusesLyingLengths() throws IOException {
    byte[] whole = Files.readAllBytes(TINY);
    long header = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int n = 0;
    for (long lie : new long[] {-1, 0, 1, header - 1, header + 1, whole.length, Long.MAX_VALUE}) {
      byte[] spoiled = whole.clone();
      ByteBuffer.wrap(spoiled).order(ByteOrder.LITTLE_ENDIAN).putLong(0, lie);
      Path file = Files.write(temp.resolve("lie-" + n++), spoiled);

      assertRefused(catchThrowable(() -> open(file)), "a header of " + lie);
    }
  }

  @Test
  void opensOrRefusesWhateverShapesAndNamesThereAre() {
    Random random = new Random(20260731);
    for (int n = 0; n < SPOILED; n++) {
      ObjectNode header = GoldenHeaders.of(n % 2 == 0 ? "koala-700m" : "vega");
      ObjectNode tensors = (ObjectNode) header.get("tensors");
      int spoils = 1 + random.nextInt(4);
      for (int k = 0; k < spoils; k++) {
        spoil(tensors, random);
      }
      Path file = GoldenHeaders.write(header, temp.resolve("spoiled-" + n));

      Throwable thrown = catchThrowable(() -> ModelFolder.open(ModelSource.of(file)));

      if (thrown != null) {
        assertRefused(thrown, "spoiled " + n);
      }
    }
  }

  private static void spoil(ObjectNode tensors, Random random) {
    List<String> names = new ArrayList<>();
    tensors.fieldNames().forEachRemaining(names::add);
    String name = names.get(random.nextInt(names.size()));
    ArrayNode shape = (ArrayNode) tensors.get(name).get(1);
    switch (random.nextInt(6)) {
      case 0 -> tensors.remove(name);
      case 1 -> shape.removeAll();
      case 2 -> shape.add(1);
      case 3 -> shape.set(0, random.nextInt(5));
      case 4 -> ((ArrayNode) tensors.get(name)).set(0, "I32");
      default ->
          tensors.set(
              name.replaceFirst("\\d+", String.valueOf(random.nextInt(20_000))),
              tensors.remove(name));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "none, input_blocks.900.0.op.weight, unet has 450 levels; at most 8",
    "input_blocks.*op.weight, input_blocks.999.0.op.weight, unet has 998 layers",
    "none, input_blocks.3.1.transformer_blocks.9999.norm1.bias, unet has 10000 transformers",
  })
  void refusesNumbersThatNoModelHas(String without, String added, String words) {
    ObjectNode header = GoldenHeaders.of("koala-700m");
    ObjectNode tensors = (ObjectNode) header.get("tensors");
    tensors
        .properties()
        .removeIf(tensor -> tensor.getKey().matches(Pattern.quote(UnetKeys.PREFIX) + without));
    tensors.putArray(UnetKeys.PREFIX + added).add("F16").addArray().add(1);
    Path file = GoldenHeaders.write(header, temp.resolve("numbers.safetensors"));

    assertThatThrownBy(() -> Checkpoint.read(file, null))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(words)
        .hasMessageContaining("are known: give --model-config");
  }

  @Test
  void readsAHundredThousandKeys() {
    ObjectNode header = GoldenHeaders.of("koala-700m");
    ObjectNode tensors = (ObjectNode) header.get("tensors");
    for (int n = 0; n < 100_000; n++) {
      tensors.putArray("model.diffusion_model.extra." + n).add("F16").addArray().add(1);
    }
    Path file = GoldenHeaders.write(header, temp.resolve("many.safetensors"));

    assertThat(Checkpoint.read(file, null).unknown()).hasSize(100_000);
  }

  @Test
  void writesNothingOutside_whateverTheKeysSay() {
    ObjectNode header = GoldenHeaders.of("koala-700m");
    ObjectNode tensors = (ObjectNode) header.get("tensors");
    for (String name : List.of("../../x", "first_stage_model.../../y", "\u0007\n/etc/z")) {
      tensors.putArray(name).add("F16").addArray().add(1);
    }
    Path file = GoldenHeaders.write(header, temp.resolve("names.safetensors"));

    Checkpoint checkpoint = Checkpoint.read(file, null);

    assertThat(checkpoint.unknown()).hasSize(3);
    assertThat(checkpoint.parts().values())
        .allSatisfy(
            part -> assertThat(part.tensors().keySet()).noneMatch(name -> name.contains("..")));
  }

  private static void open(Path file) {
    ModelFolder.open(
        new ModelSource(file.toString(), null, null, GoldenData.tinySdxl().toString()));
  }

  private static void assertRefused(Throwable thrown, String what) {
    assertThat(thrown).as(what).isInstanceOf(DemofusionException.class);
    assertThat(((DemofusionException) thrown).userMessage()).as(what).doesNotContain("\n");
  }
}
