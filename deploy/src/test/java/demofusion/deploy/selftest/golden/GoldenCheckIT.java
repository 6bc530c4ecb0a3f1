package demofusion.deploy.selftest.golden;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.Finding.Verdict;
import demofusion.deploy.selftest.GoldenModels;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Golden models on the CPU, as they are and with weights that are off by a little. */
class GoldenCheckIT {
  @TempDir Path temp;

  @Test
  void passesOnTheCpu_inFloat32() {
    List<Finding> findings = run(GoldenModels.all(), true, Precision.FLOAT32);

    assertThat(findings).noneMatch(Finding::failed);
    assertThat(findings.stream().filter(each -> each.verdict() == Verdict.PASS))
        .extracting(Finding::subject)
        .contains("run of miniature, float32", "run of tiny-sd15, float32")
        .hasSize(10);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void passesInHalfPrecision_againstFloat32(Precision half) {
    List<Finding> findings = run(List.of(GoldenModels.tinySd()), true, half);

    assertThat(findings).allMatch(each -> each.verdict() == Verdict.PASS).hasSize(10);
  }

  /** A few weights of one file are off in their sixth bit of ten. */
  @ParameterizedTest
  @CsvSource({
    "text_encoder/model.fp16.safetensors, text",
    "unet/diffusion_pytorch_model.fp16.safetensors, unet",
    "vae/diffusion_pytorch_model.fp16.safetensors, decode"
  })
  void failsInTheNetworkWhoseWeightsAreOff(String file, String network) throws IOException {
    Path folder = temp.resolve("off");
    copy(GoldenData.path("models/tiny-sd15"), folder);
    spoil(folder.resolve(file));
    GoldenModel golden = GoldenModel.of("tiny-sd15", folder, Path.of("selftest"));

    List<Finding> findings = run(List.of(golden), false, Precision.FLOAT32);

    assertThat(findings.stream().filter(Finding::failed))
        .extracting(Finding::subject)
        .contains(network + " of tiny-sd15, float32")
        .allMatch(subject -> subject.startsWith(network) || network.equals("decode"));
  }

  private static List<Finding> run(
      List<GoldenModel> models, boolean wholeRuns, Precision precision) {
    ModelSource source = GoldenModels.tinySd().source();
    try (DiffusionModel tested = ModelFolder.open(source).load("cpu", precision)) {
      SelftestDevice device =
          new SelftestDevice(
              tested,
              1,
              true,
              (other, wanted) -> ModelFolder.open(other).load("cpu", wanted),
              step -> {});
      return new GoldenCheck(models, wholeRuns).run(device);
    }
  }

  private static void spoil(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int data = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int every = 97;
    for (int half = data / 2 + 1; 2 * half + 1 < bytes.length; half += every) {
      bytes[2 * half + data % 2] ^= 1 << 5;
    }
    Files.write(file, bytes);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Path target = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
      }
    }
  }
}
