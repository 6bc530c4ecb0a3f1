package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.Distribution;
import demofusion.deploy.ForeignProgram;
import demofusion.deploy.ForeignProgram.Said;
import demofusion.deploy.PythonEnvironment;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The nodes for ComfyUI, loaded with a stand-in of the few things that they use of it, against
 * {@code serve} with the miniature, over https and with a token.
 */
class ComfyNodesIT {
  /** What ComfyUI brings, but for torch, which is large and has a stand-in. */
  private static final List<String> PACKAGES = List.of("numpy==2.4.6", "pillow==13.0.0");

  private static final Pattern ADDRESS =
      Pattern.compile("the page is running at (https://127.0.0.9:\\d+)/");

  @TempDir Path folder;

  @Test
  void drawWhatTheApiDraws() throws Exception {
    ForeignProgram python = PythonEnvironment.with("comfyui", PACKAGES).python();
    Distribution.builtOne(folder).run("certificates", "serve-tls", "--host", "127.0.0.9");
    try (FarmProcesses farm = new FarmProcesses(folder, "comfyui")) {
      String token = farm.token("ann", "submit", folder.resolve("serve-tokens"));
      FarmNode serve =
          farm.start(
              "serve",
              List.of("serve --http 127.0.0.9:0 --tls serve-tls --tokens serve-tokens".split(" ")));
      serve.awaitLog("the page is running at ", 1);
      Matcher address = ADDRESS.matcher(String.join("\n", serve.log()));
      assertThat(address.find()).as(String.join("\n", serve.log())).isTrue();

      Said said =
          python.run(
              "-B",
              "src/test/resources/comfyui/draw.py",
              "comfyui",
              address.group(1),
              token,
              folder.resolve("serve-tls/ca.crt").toString());

      assertThat(said.exitCode()).as(said.words()).isZero();
      assertThat(said.words()).contains("all is well");
    }
  }
}
