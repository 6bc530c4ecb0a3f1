package demofusion.protocol.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that lie, each refused with one sentence that names the file and the lie. */
class SafetensorsRefusalTest {
  private static final String ONE = "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}";

  @TempDir Path folder;

  static Stream<Arguments> lies() {
    return Stream.of(
        arguments("empty", new byte[0], "holds 0 bytes"),
        arguments("seven bytes", new byte[7], "holds 7 bytes"),
        arguments("no header", new byte[8], "header has 0 bytes"),
        arguments("header of one byte", CraftedFile.of("{", 0).bytes(), "header has 1 bytes"),
        arguments(
            "header over 100 MB",
            CraftedFile.of(ONE, 8).sayingHeaderLength(100_000_001).bytes(),
            "more than the 100000000"),
        arguments(
            "header length above 2^63",
            CraftedFile.of(ONE, 8).sayingHeaderLength(-1).bytes(),
            "18446744073709551615"),
        arguments(
            "header beyond the file",
            CraftedFile.of(ONE, 8).sayingHeaderLength(63).bytes(),
            "header has 63 bytes, but only 62 follow"),
        arguments(
            "header of another file",
            CraftedFile.of("PK\3\4 zip", 8).bytes(),
            "begins with byte 80"),
        arguments("leading space", CraftedFile.of(" " + ONE, 8).bytes(), "begins with byte 32"),
        arguments("no JSON", CraftedFile.of("{'a' 1}", 0).bytes(), "not valid JSON"),
        arguments("unclosed", CraftedFile.of("{'a':", 0).bytes(), "not valid JSON"),
        arguments(
            "unclosed entry", CraftedFile.of("{'a':{'dtype':'F32'", 0).bytes(), "not valid JSON"),
        arguments(
            "something behind", CraftedFile.of("{}{}", 0).bytes(), "content after the header"),
        arguments(
            "no UTF-8",
            CraftedFile.of(new byte[] {'{', '"', (byte) 0xc3, '(', '"', ':', '1', '}'}, 0).bytes(),
            "not UTF-8"),
        arguments(
            "overlong UTF-8",
            CraftedFile.of(new byte[] {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', '}'}, 0).bytes(),
            "not UTF-8"),
        arguments(
            "the same name twice",
            CraftedFile.of(
                    "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},"
                        + "'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}",
                    2)
                .bytes(),
            "Duplicate"),
        arguments(
            "the same field twice",
            CraftedFile.of("{'a':{'dtype':'U8','dtype':'F32','shape':[1],'data_offsets':[0,4]}}", 4)
                .bytes(),
            "Duplicate"),
        arguments(
            "only what git leaves of a large file",
            "version https://git-lfs.github.com/spec/v1\noid sha256:83e0\nsize 5135149760\n"
                .getBytes(StandardCharsets.US_ASCII),
            "is only a Git LFS pointer to the file, which was not downloaded"),
        arguments("entry is a number", CraftedFile.of("{'a':1}", 0).bytes(), "not an object"),
        entry("half a byte", "'dtype':'F4','shape':[3],'data_offsets':[0,8]", "no whole bytes"),
        entry("six bits", "'dtype':'F6_E3M2','shape':[8],'data_offsets':[0,8]", "needs 6 bytes"),
        entry("type is a number", "'dtype':32,'shape':[2],'data_offsets':[0,8]", "type 32"),
        entry("no type", "'shape':[2],'data_offsets':[0,8]", "without dtype"),
        entry("no shape", "'dtype':'F32','data_offsets':[0,8]", "without dtype, shape"),
        entry("no offsets", "'dtype':'F32','shape':[2]", "or data_offsets"),
        entry("shape is a number", "'dtype':'F32','shape':2,'data_offsets':[0,8]", "not a list"),
        entry("negative side", "'dtype':'F32','shape':[-2],'data_offsets':[0,8]", "has -2"),
        entry("broken side", "'dtype':'F32','shape':[2.0],'data_offsets':[0,8]", "has 2.0"),
        entry("side in words", "'dtype':'F32','shape':['2'],'data_offsets':[0,8]", "has 2,"),
        entry(
            "huge side",
            "'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]",
            "has 99999999999999999999"),
        entry(
            "sides whose product is 0 in 64 bits",
            "'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]",
            "fits no memory"),
        entry(
            "sides whose product is right in 64 bits",
            "'dtype':'F32','shape':[4611686018427387906],'data_offsets':[0,8]",
            "fits no memory"),
        entry(
            "shape too small",
            "'dtype':'F32','shape':[1],'data_offsets':[0,8]",
            "shape [1] in F32 needs 4 bytes, but its offsets give it 8"),
        entry("shape too large", "'dtype':'F64','shape':[2],'data_offsets':[0,8]", "needs 16"),
        entry("three offsets", "'dtype':'F32','shape':[2],'data_offsets':[0,4,8]", "with 3"),
        entry("one offset", "'dtype':'F32','shape':[2],'data_offsets':[8]", "with 1"),
        entry("reversed", "'dtype':'F32','shape':[2],'data_offsets':[8,0]", "ends before"),
        entry("negative offset", "'dtype':'F32','shape':[2],'data_offsets':[-8,0]", "has -8"),
        entry("beyond the file", "'dtype':'F32','shape':[3],'data_offsets':[0,12]", "truncated"),
        entry("hole at the front", "'dtype':'F32','shape':[1],'data_offsets':[4,8]", "a hole"),
        entry(
            "end beyond any file",
            "'dtype':'U8','shape':[9223372036854775807],'data_offsets':[0,9223372036854775807]",
            "beyond any file"),
        arguments("trailing bytes", CraftedFile.of(ONE, 9).bytes(), "but has"),
        arguments("truncated data", CraftedFile.of(ONE, 7).bytes(), "truncated"),
        arguments(
            "overlap",
            CraftedFile.of(
                    "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
                        + "'b':{'dtype':'U8','shape':[4],'data_offsets':[3,7]}}",
                    7)
                .bytes(),
            "an overlap before tensor b, which begins at byte 3 of the data instead of 4"),
        arguments(
            "hole",
            CraftedFile.of(
                    "{'b':{'dtype':'U8','shape':[4],'data_offsets':[5,9]},"
                        + "'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}",
                    9)
                .bytes(),
            "a hole before tensor b"),
        arguments(
            "metadata is a number",
            CraftedFile.of("{'__metadata__':{'steps':50}}", 0).bytes(),
            "metadata steps"),
        arguments(
            "metadata is a list",
            CraftedFile.of("{'__metadata__':[]}", 0).bytes(),
            "not an object"),
        arguments(
            "nested beyond reason", CraftedFile.of("{'a':" + "[".repeat(5000), 0).bytes(), "has"));
  }

  private static Arguments entry(String lie, String fields, String expected) {
    return arguments(lie, CraftedFile.of("{'a':{" + fields + "}}", 8).bytes(), expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void refusesWithOneSentence(String lie, byte[] bytes, String expected) throws IOException {
    Path file = Files.write(folder.resolve("lying.safetensors"), bytes);

    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_MODEL))
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(expected)
        .message()
        .hasLineCount(1)
        .hasSizeLessThan(600);
  }

  @Test
  void refusesEveryTruncation() {
    byte[] whole = CraftedFile.of(ONE, 8).bytes();

    for (int length = 0; length < whole.length; length++) {
      Path file = folder.resolve("truncated-" + length);
      byte[] part = Arrays.copyOf(whole, length);

      assertThatThrownBy(() -> SafetensorsFile.open(Files.write(file, part)))
          .isInstanceOf(DemofusionException.class);
    }
  }

  @Test
  void refusesFolderInPlaceOfFile() {
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(folder + " is a folder, not a safetensors file");
  }

  @Test
  void refusesMissingFile() {
    Path missing = folder.resolve("missing.safetensors");

    assertThatThrownBy(() -> SafetensorsFile.open(missing))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(missing + " does not exist");
  }
}
