package demofusion.deploy.command.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.client.FakeFarm;
import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.api.ModelSettingsView;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsCommandTest {
  private final FakeFarm farm = FakeFarm.start();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void add() {
    Map<String, Object> own = Map.of("guidanceScale", 3);
    farm.settings.add(
        new ModelSettingsView(
            "miniature",
            "0123456789abcdef",
            Map.of("guidanceScale", 3, "steps", 20),
            own,
            Map.of("steps", 20)));
    farm.settings.add(
        new ModelSettingsView("sdxl", "fedcba9876543210", Map.of(), Map.of(), Map.of()));
  }

  @AfterEach
  void close() {
    farm.close();
  }

  private int run(String... words) {
    List<String> line = new ArrayList<>(List.of("models"));
    line.addAll(List.of(words));
    line.addAll(List.of("--coordinator", farm.url()));
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            0,
            false);
    return DemofusionCommand.commandLine(terminal).execute(line.toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void showsWhatIsRecommendedForEachModel() {
    assertThat(run("show")).isZero();

    assertThat(out())
        .isEqualTo(
            """
            MODEL      HASH        THE MODEL'S OWN  SET BY OPERATORS
            miniature  0123456789  guidanceScale 3  steps 20
            sdxl       fedcba9876  -                -
            """);
  }

  @Test
  void showsOneModel_asJson() {
    assertThat(run("show", "fedcba98", "--json")).isZero();

    assertThat(out())
        .isEqualTo(
            "{\"model\":\"sdxl\",\"hash\":\"fedcba9876543210\",\"settings\":{},\"ofModel\":{},"
                + "\"ofOperator\":{}}\n");
  }

  @Test
  void changesSome_asARequestHasThem_andTakesOthersBack() {
    assertThat(run("set", "miniature", "steps=30", "guidanceScale=2.5", "size=512x512", "stride="))
        .isZero();

    assertThat(farm.settingsAsked)
        .containsExactly(
            "{\"steps\":30,\"guidanceScale\":2.5,\"size\":\"512x512\",\"stride\":null}");
    assertThat(err()).contains("recommended for miniature: guidanceScale 3, steps 20");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "set miniature steps=0 | steps 0 must be between 1 and 1000",
        "set miniature steps | \"steps\" must be KEY=VALUE, for example steps=30",
        "set miniature colour=red | unknown setting \"colour\"; a model may recommend size, steps,",
        "show nobody | no worker has or had the model \"nobody\"; known: miniature, sdxl",
      })
  void refusesWhatMakesNoSense_beforeTheFarmIsAsked(String line, String sentence) {
    assertThat(run(line.split(" ", -1))).isEqualTo(CliConventions.REFUSED);

    assertThat(err()).contains(sentence);
    assertThat(farm.settingsAsked).isEmpty();
  }
}
