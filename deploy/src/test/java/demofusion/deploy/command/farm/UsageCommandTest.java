package demofusion.deploy.command.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.client.FakeFarm;
import demofusion.deploy.command.DemofusionCommand;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageCommandTest {
  private static final String ROW =
      "{\"key\":\"=ann\",\"jobs\":3,\"pictures\":2,\"megapixels\":33.5,\"forwards\":1200.0,"
          + "\"waitingSeconds\":36,\"devices\":["
          + "{\"device\":\"A\",\"useful\":7200,\"retried\":36,\"audits\":18,\"lost\":3.6},"
          + "{\"device\":\"B \\\"x\\\"\",\"useful\":360,\"retried\":0,\"audits\":0,\"lost\":0}]}";

  private final FakeFarm farm = FakeFarm.start();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    farm.close();
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("usage"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--coordinator", farm.url()));
    return DemofusionCommand.commandLine(
            new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                0,
                false,
                0))
        .execute(all.toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void answers(String by, String rows) {
    farm.faults.add(FakeFarm.says(200, "{\"by\":\"%s\",\"rows\":[%s]}".formatted(by, rows)));
  }

  @Test
  void showsATable_inHours() {
    answers("model", ROW);

    assertThat(run("--since", "2026-11-01", "--by", "model")).isZero();

    assertThat(out().lines().toList().get(0)).startsWith("MODEL  HOURS  USEFUL");
    assertThat(out().lines().toList().get(1).split(" {2,}"))
        .containsExactly(
            "=ann",
            "2.116",
            "2.100",
            "0.010",
            "0.005",
            "0.001",
            "3",
            "2",
            "33.5",
            "1200",
            "0.010",
            "A, B \"x\"");
    assertThat(farm.requests.get(0)).startsWith("GET /v1/usage?by=model&since=2026-11-01 ");
  }

  @Test
  void writesCsv_thatAddsUp_andIsNoFormula() {
    answers("token", ROW);

    assertThat(run("--csv")).isZero();

    assertThat(out().lines())
        .containsExactly(
            "token,device,useful,retried,audits,lost,jobs,pictures,megapixels,forwards,waiting",
            "\"'=ann\",\"A\",7200.0,36.0,18.0,3.6,3,2,33.5,1200.0,36.0",
            "\"'=ann\",\"B \"\"x\"\"\",360.0,0.0,0.0,0.0,0,0,0,0,0");
  }

  @Test
  void writesJson() {
    answers("day", ROW);

    assertThat(run("--by", "day", "--json")).isZero();

    assertThat(out()).contains("\"by\":\"day\"", "\"retried\":36.0");
    assertThat(err()).isEmpty();
  }

  @Test
  void saysThatThereIsNothing() {
    answers("token", "");

    assertThat(run("--since", "2026-11-01")).isZero();
    assertThat(err()).isEqualTo("demofusion: nothing was used since 2026-11-01\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--since yesterday", "--by job", "--json --csv", "--since 2026-13-01"})
  void refusesWhatMakesNoSense_andAsksNobody(String words) {
    assertThat(run(words.split(" ", -1))).isEqualTo(CliConventions.REFUSED);
    assertThat(err()).startsWith("demofusion: ").containsOnlyOnce("\n");
    assertThat(farm.requests).isEmpty();
  }
}
