package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.Layout;
import demofusion.worker.model.folder.UnetCost;
import demofusion.worker.model.folder.VaeCost;
import demofusion.worker.model.torch.NetworkArchive;
import demofusion.worker.model.torch.TorchDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Every tensor of a network is made on the device on which it is used. */
class OneDeviceIT {
  private static final Architecture SDXL =
      Architecture.read(ModelSource.of(Path.of("..", "deploy", "models", "sdxl-base")));
  private static final ForwardSwitches AS_ON_CUDA = new ForwardSwitches(true, true, false, false);
  private static final Pattern MAKING =
      Pattern.compile("torch\\.(arange|zeros|ones|full|empty|tensor|rand\\w*|eye|linspace)\\(.*");

  @TempDir Path folder;

  @Test
  void isSaid_whereverOneIsMade() throws IOException {
    Map<String, List<String>> made = new TreeMap<>();
    try (Stream<Path> sources = Files.list(Path.of("src", "main", "resources", "torchscript"))) {
      for (Path source : sources.toList()) {
        made.put(
            source.getFileName().toString(),
            MAKING.matcher(Files.readString(source)).results().map(MatchResult::group).toList());
      }
    }

    assertThat(made).containsKeys("unet.py", "vae.py", "text_tower.py");
    assertThat(made.get("vae.py")).hasSizeGreaterThan(3);
    made.forEach(
        (name, calls) -> assertThat(calls).as(name).allMatch(call -> call.contains("device=")));
  }

  /**
   * SDXL's networks at their true shapes on pretended CUDA tensors, which refuse to mix with the
   * CPU's. Only Python's torch has them: {@code -Dtorch.python=PYTHON} names one that has torch.
   */
  @Test
  @EnabledIfSystemProperty(named = "torch.python", matches = ".+")
  void isKept_throughTheWholeSdxl() throws IOException, InterruptedException {
    writeNetworks();

    Process script =
        new ProcessBuilder(
                System.getProperty("torch.python"),
                Path.of("..", "deploy", "gpu", "one_device.py").toString(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(script.waitFor()).as(said).isZero();
    assertThat(said).contains("every tensor is on one device");
  }

  private void writeNetworks() throws IOException {
    VaeCost picture = VaeCost.of(SDXL.vae());
    Map<String, Double> flop =
        Map.of(
            "unet", UnetCost.of(SDXL.unet()).flop(128, 128),
            "decode", picture.decode(128, 128),
            "encode", picture.encode(128, 128),
            "text", SDXL.textFlop());
    Files.write(folder.resolve("flop.json"), new JsonMapper().writeValueAsBytes(flop));
    TorchDevice cpu = TorchDevice.parse("cpu");
    try (NoiseNetwork unet =
            NoiseNetwork.load(
                SDXL.unet(), NetworkArchive.noWeights(), cpu, Precision.FLOAT16, AS_ON_CUDA);
        VaeNetwork half =
            VaeNetwork.load(
                SDXL.vae(), NetworkArchive.noWeights(), cpu, Precision.FLOAT16, AS_ON_CUDA);
        VaeNetwork single =
            VaeNetwork.load(
                SDXL.vae(), NetworkArchive.noWeights(), cpu, Precision.FLOAT32, AS_ON_CUDA)) {
      write("unet", unet, SDXL.unetLayout());
      write("vae", half, SDXL.vaeLayout());
      write("vae-float32", single, SDXL.vaeLayout());
    }
    for (int n = 0; n < 2; n++) {
      try (TextTower tower =
          TextTower.load(
              SDXL.towers().get(n), NetworkArchive.noWeights(), cpu, Precision.FLOAT16)) {
        write("tower-" + (n + 1), tower, SDXL.towerLayouts().get(n));
      }
    }
  }

  private void write(String name, Object network, Layout layout) throws IOException {
    NetworkArchive.write(network, folder.resolve(name + ".pt"));
    Files.write(
        folder.resolve(name + ".json"), new JsonMapper().writeValueAsBytes(layout.shapes()));
  }
}
