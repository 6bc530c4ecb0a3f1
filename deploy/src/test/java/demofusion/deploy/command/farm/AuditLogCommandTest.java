package demofusion.deploy.command.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.client.FakeFarm;
import demofusion.deploy.command.option.CliConventions;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLogCommandTest {
  private static final String LINE =
      "{\"number\":%s,\"at\":\"2026-11-30T08:00:00Z\",\"what\":\"drain\",\"who\":\"ann\","
          + "\"role\":\"operate\",\"from\":\"203.0.113.7\",\"status\":404,\"code\":\"NOT_FOUND\","
          + "\"jobs\":[],\"worker\":\"w\"}";

  @RegisterExtension final CommandOnFarm command = new CommandOnFarm("audit");

  @Test
  void showsATable() {
    AuditLogEntry refused =
        new AuditLogEntry(
            2,
            Instant.parse("2026-11-30T08:00:00Z"),
            AuditedAction.DRAIN,
            "ann",
            Role.SUBMIT,
            "203.0.113.7",
            "127.0.0.1",
            "POST /v1/workers/{name}/drain",
            403,
            "FORBIDDEN",
            List.of(),
            null,
            "w",
            null,
            null,
            null);
    AuditLogEntry token =
        new AuditLogEntry(
            1,
            Instant.parse("2026-11-30T07:00:00Z"),
            AuditedAction.TOKEN_ADD,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            "ann",
            "role submit");

    assertThat(AuditLogCommand.table(List.of(refused, token), ZoneOffset.UTC).lines(0))
        .containsExactly(
            "TIME                 WHO  ROLE    FROM         WHAT       ANSWER         ON",
            "2026-11-30 08:00:00  ann  submit  203.0.113.7  drain      403 FORBIDDEN  worker w",
            "2026-11-30 07:00:00  -    -       -            token-add  -"
                + "              token ann, role submit");
  }

  @Test
  void readsPageAfterPage_asJson() {
    command.farm.faults.add(
        FakeFarm.says(200, "{\"entries\":[%s],\"next\":7}".formatted(LINE.formatted(7))));
    command.farm.faults.add(FakeFarm.says(200, "{\"entries\":[%s]}".formatted(LINE.formatted(3))));

    int code = command.run("--who", "ann", "--limit", "2000", "--json");

    assertThat(code).isZero();
    assertThat(command.out().lines())
        .hasSize(2)
        .allMatch(line -> line.contains("\"worker\":\"w\""));
    assertThat(command.err()).isEmpty();
    assertThat(command.farm.requests.get(0)).startsWith("GET /v1/audit?who=ann&limit=1000 ");
    assertThat(command.farm.requests.get(1))
        .startsWith("GET /v1/audit?who=ann&limit=1000&before=7 ");
  }

  @Test
  void saysThatThereIsMore() {
    command.farm.faults.add(
        FakeFarm.says(
            200, "{\"entries\":[%s,%s]}".formatted(LINE.formatted(2), LINE.formatted(1))));

    assertThat(command.run("--limit", "1", "--what", "drain", "--since", "2026-11-01T00:00:00Z"))
        .isZero();

    assertThat(command.out().lines()).hasSize(2);
    assertThat(command.err())
        .isEqualTo("demofusion: there are older lines: show more with --limit 10\n");
    assertThat(command.farm.requests.get(0))
        .contains("since=2026-11-01T00%3A00%3A00Z", "what=drain");
  }

  @Test
  void saysThatThereIsNothing() {
    command.farm.faults.add(FakeFarm.says(200, "{\"entries\":[]}"));

    assertThat(command.run("--since", "7d")).isZero();
    assertThat(command.err()).isEqualTo("demofusion: the audit log has no such line\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--since yesterday", "--since 2026-13-01", "--what all", "--limit 0", "--since 7"})
  void refusesWhatMakesNoSense_andAsksNobody(String words) {
    assertThat(command.run(words.split(" ", -1))).isEqualTo(CliConventions.REFUSED);
    assertThat(command.err()).startsWith("demofusion: ").containsOnlyOnce("\n");
    assertThat(command.farm.requests).isEmpty();
  }

  @Test
  void failsWithASentence_whereTheTokenMayNot() {
    command.farm.faults.add(FakeFarm.problem(403, "this requires a token with the role operate"));

    assertThat(command.run()).isEqualTo(CliConventions.REFUSED);
    assertThat(command.err()).contains("this requires a token with the role operate");
  }
}
