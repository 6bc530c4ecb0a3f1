package demofusion.deploy.command.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.client.FakeFarm;
import demofusion.deploy.command.option.CliConventions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageCommandTest {
  private static final String ROW =
      "{\"key\":\"=ann\",\"jobs\":3,\"pictures\":2,\"megapixels\":33.5,\"forwards\":1200.0,"
          + "\"waitingSeconds\":36,\"devices\":["
          + "{\"device\":\"A\",\"useful\":7200,\"retried\":36,\"audits\":18,\"lost\":3.6},"
          + "{\"device\":\"B \\\"x\\\"\",\"useful\":360,\"retried\":0,\"audits\":0,\"lost\":0}]}";

  @RegisterExtension final CommandOnFarm command = new CommandOnFarm("usage");

  private void answers(String by, String rows) {
    command.farm.faults.add(
        FakeFarm.says(200, "{\"by\":\"%s\",\"rows\":[%s]}".formatted(by, rows)));
  }

  @Test
  void showsATable_inHours() {
    answers("model", ROW);

    assertThat(command.run("--since", "2026-11-01", "--by", "model")).isZero();

    assertThat(command.out().lines().toList().get(0)).startsWith("MODEL  HOURS  USEFUL");
    assertThat(command.out().lines().toList().get(1).split(" {2,}"))
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
    assertThat(command.farm.requests.get(0)).startsWith("GET /v1/usage?by=model&since=2026-11-01 ");
  }

  @Test
  void writesCsv_thatAddsUp_andIsNoFormula() {
    answers("token", ROW);

    assertThat(command.run("--csv")).isZero();

    assertThat(command.out().lines())
        .containsExactly(
            "token,device,useful,retried,audits,lost,jobs,pictures,megapixels,forwards,waiting,joules",
            "\"'=ann\",\"A\",7200.0,36.0,18.0,3.6,3,2,33.5,1200.0,36.0,",
            "\"'=ann\",\"B \"\"x\"\"\",360.0,0.0,0.0,0.0,0,0,0,0,0,");
  }

  @Test
  void showsTheEnergyOfCardsThatTellIt() {
    answers("token", ROW.replace("\"lost\":3.6}", "\"lost\":3.6,\"joules\":5400000}"));
    assertThat(command.run()).isZero();
    assertThat(command.out().lines().toList().get(0)).contains("WAITED  KWH    DEVICES");
    assertThat(command.out().lines().toList().get(1)).contains("  1.500  A, B");

    answers("token", ROW.replace("\"lost\":3.6}", "\"lost\":3.6,\"joules\":5400000}"));
    assertThat(command.run("--csv")).isZero();
    assertThat(command.out()).contains("1200.0,36.0,5400000.0\n", "0,0,0,0,0,\n");
  }

  @Test
  void writesJson() {
    answers("day", ROW);

    assertThat(command.run("--by", "day", "--json")).isZero();

    assertThat(command.out()).contains("\"by\":\"day\"", "\"retried\":36.0");
    assertThat(command.err()).isEmpty();
  }

  @Test
  void showsBudgets_belowTheTable() {
    command.farm.faults.add(
        FakeFarm.says(
            200,
            "{\"by\":\"token\",\"rows\":[%s],\"budgets\":[".formatted(ROW)
                + "{\"token\":\"ann\",\"weight\":1.0,\"budget\":\"10h/month\",\"overBudget\":\"wait\","
                + "\"seconds\":36000,\"usedSeconds\":30600,\"expectedSeconds\":1800,"
                + "\"until\":\"2026-12-01\"},{\"token\":\"bob\",\"weight\":2.5}]}"));

    assertThat(command.run()).isZero();

    assertThat(command.out().lines().skip(2))
        .containsExactly(
            "",
            "TOKEN  BUDGET     USED   PERCENT  FORESEEN  UNTIL       OVER  WEIGHT",
            "ann    10h/month  8.500  85       0.500     2026-12-01  wait  1",
            "bob    -          -      -        -         -           -     2.5");
  }

  @Test
  void saysThatThereIsNothing() {
    answers("token", "");

    assertThat(command.run("--since", "2026-11-01")).isZero();
    assertThat(command.err()).isEqualTo("demofusion: nothing was used since 2026-11-01\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--since yesterday", "--by job", "--json --csv", "--since 2026-13-01"})
  void refusesWhatMakesNoSense_andAsksNobody(String words) {
    assertThat(command.run(words.split(" ", -1))).isEqualTo(CliConventions.REFUSED);
    assertThat(command.err()).startsWith("demofusion: ").containsOnlyOnce("\n");
    assertThat(command.farm.requests).isEmpty();
  }
}
