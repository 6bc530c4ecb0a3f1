package demofusion.protocol.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  @Test
  void readsGoldenTensors() {
    SafetensorsFile file = GoldenData.tensors("ops.safetensors");

    assertThat(file.names()).contains("bicubic.0.in", "bicubic.0.out");
    assertThat(file.tensor("bicubic.0.in").isFinite()).isTrue();
    assertThat(file.tensor("randn.0.16").shape()).containsExactly(16);
  }

  @Test
  void readsHalfPrecisionWeights() {
    SafetensorsFile file =
        SafetensorsFile.open(
            GoldenData.tinySdxl().resolve("vae/diffusion_pytorch_model.fp16.safetensors"));

    for (Entry entry : file.entries()) {
      assertThat(entry.dtype()).isEqualTo(DType.F16);
      assertThat(file.tensor(entry.name()).isFinite()).isTrue();
      assertThat(file.tensor(entry.name()).values()).hasSize((int) entry.size());
    }
  }

  /** The reference, safetensors 0.8, opens the first four; of the last nobody knows yet. */
  @ParameterizedTest
  @CsvSource({
    "F4, '[4]', 2",
    "F6_E2M3, '[2,2]', 3",
    "F8_E4M3FNUZ, '[2]', 2",
    "F8_E5M2FNUZ, '[]', 1",
    "F3_E1M1, '[5]', 7"
  })
  void opensAFile_oneOfWhoseTensorsHasATypeThatNobodyAsksFor(String type, String shape, int bytes)
      throws IOException {
    String extra =
        "'extra':{'dtype':'%s','shape':%s,'data_offsets':[4,%s]}".formatted(type, shape, 4 + bytes);

    SafetensorsFile file =
        open("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}," + extra + "}", 4 + bytes);

    assertThat(file.tensor("a").values()).hasSize(1);
    assertThat(file.bytes("extra").remaining()).isEqualTo(bytes);
    assertThatThrownBy(() -> file.tensor("extra"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("extra: " + type)
        .hasMessageContaining("cannot be read as float32");
  }

  @Test
  void keepsHeaderOrder_whenDataLiesInAnother() throws IOException {
    SafetensorsFile file =
        open(
            "{'__metadata__':{'made by':'hand'},"
                + "'b':{'dtype':'U8','shape':[2],'data_offsets':[1,3]},"
                + "'a':{'dtype':'I8','shape':[],'data_offsets':[0,1]}}",
            3);

    assertThat(file.names()).containsExactly("b", "a");
    assertThat(file.metadata()).containsOnlyKeys("made by").containsValue("hand");
    assertThat(bytes(file, "b")).containsExactly(1, 2);
    assertThat(bytes(file, "a")).containsExactly(0);
    assertThat(file.entry("a").shape()).isEmpty();
  }

  @Test
  void readsTensorsOfNoValues() throws IOException {
    SafetensorsFile file =
        open(
            "{'none':{'dtype':'F32','shape':[0,3],'data_offsets':[4,4]},"
                + "'one':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
                + "'last':{'dtype':'F32','shape':[0],'data_offsets':[4,4]}}",
            4);

    assertThat(file.tensor("none")).isEqualTo(Tensor.zeros(0, 3));
    assertThat(file.tensor("last").values()).isEmpty();
  }

  @Test
  void readsFileOfNoTensors() throws IOException {
    assertThat(open("{}      ", 0).names()).isEmpty();
  }

  @Test
  void readsWholeAndDoubleTypesAsFloat() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(-3).putDouble(0.1).putInt(7);
    byte[] bytes =
        CraftedFile.of(
                "{'long':{'dtype':'I64','shape':[1],'data_offsets':[0,8]},"
                    + "'double':{'dtype':'F64','shape':[1],'data_offsets':[8,16]},"
                    + "'int':{'dtype':'I32','shape':[1],'data_offsets':[16,20]}}",
                20)
            .bytes();
    System.arraycopy(data.array(), 0, bytes, bytes.length - 20, 20);

    SafetensorsFile file = SafetensorsFile.open(Files.write(folder.resolve("types"), bytes));

    assertThat(file.tensor("long").values()).containsExactly(-3);
    assertThat(file.tensor("double").values()).containsExactly(0.1f);
    assertThat(file.tensor("int").values()).containsExactly(7);
  }

  @Test
  void refusesTypesThatAreNoFloats_whenFloatsAreAskedFor() throws IOException {
    SafetensorsFile file = open("{'a':{'dtype':'BOOL','shape':[1],'data_offsets':[0,1]}}", 1);

    assertThatThrownBy(() -> file.tensor("a"))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("a: BOOL[1] cannot be read as float32");
  }

  @Test
  void namesFileAndTensor_whenThereIsNoSuchTensor() throws IOException {
    SafetensorsFile file = open("{}", 0);

    assertThatThrownBy(() -> file.entry("unet.weight"))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(file.path() + " has no tensor named unet.weight");
  }

  @Test
  void handsOutReadOnlyLittleEndianBytes() throws IOException {
    ByteBuffer bytes = open("{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}", 4).bytes("a");

    assertThat(bytes.isReadOnly()).isTrue();
    assertThat(bytes.getInt(0)).isEqualTo(0x03020100);
  }

  @Test
  void readsBeyondTwoGibibytes() throws IOException {
    // Sparse: two tensors of 1.5 GiB each, of which only the last bytes are ever written.
    long each = 3L << 29;
    byte[] head =
        CraftedFile.of(
                String.format(
                    "{'a':{'dtype':'U8','shape':[%1$d],'data_offsets':[0,%1$d]},"
                        + "'b':{'dtype':'U8','shape':[%1$d],'data_offsets':[%1$d,%2$d]}}",
                    each, 2 * each),
                0)
            .bytes();
    Path path = folder.resolve("large");
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(head));
      channel.write(ByteBuffer.wrap(new byte[] {42}), head.length + 2 * each - 1);
    }

    SafetensorsFile file = SafetensorsFile.open(path);

    assertThat(file.bytes("b").get((int) each - 1)).isEqualTo((byte) 42);
    assertThat(file.bytes("a").get((int) each - 1)).isZero();
  }

  private SafetensorsFile open(String json, int dataBytes) throws IOException {
    byte[] bytes = CraftedFile.of(json, dataBytes).bytes();
    return SafetensorsFile.open(Files.write(folder.resolve("crafted.safetensors"), bytes));
  }

  private static byte[] bytes(SafetensorsFile file, String name) {
    byte[] bytes = new byte[(int) file.entry(name).length()];
    file.bytes(name).get(bytes);
    return bytes;
  }
}
