package demofusion.coordinator.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.api.Role;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PersonSessionsTest {
  private static final Caller ANN = new Caller("oidc:ann", Role.SUBMIT);

  private Instant now = Instant.parse("2026-11-30T08:00:00Z");
  private final PersonSessions sessions = new PersonSessions(() -> now);

  @Test
  void knowsItsOwn_andNobodyElses() {
    String id = sessions.begin(ANN, "token");

    assertThat(id).matches("[A-Za-z0-9_-]{43}");
    assertThat(sessions.find(id)).hasValue(ANN);
    assertThat(sessions.find(id.substring(1))).isEmpty();
    assertThat(sessions.find("")).isEmpty();
    assertThat(new PersonSessions(() -> now).find(id)).as("by another process").isEmpty();
  }

  @Test
  void isOverAfterADay_andWhenSomebodySignsOut() {
    String id = sessions.begin(ANN, "token");
    String another = sessions.begin(ANN, "other-token");

    assertThat(sessions.end(another)).map(PersonSessions.Session::idToken).hasValue("other-token");
    assertThat(sessions.find(another)).isEmpty();
    assertThat(sessions.end(another)).isEmpty();
    now = now.plus(PersonSessions.LONGEST).minusSeconds(1);
    assertThat(sessions.find(id)).hasValue(ANN);
    now = now.plusSeconds(1);
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void endsTheOldest_whereThereAreTooMany() {
    String first = sessions.begin(ANN, "token");
    String second = sessions.begin(ANN, "token");
    for (int n = 2; n < PersonSessions.MOST + 1; n++) {
      sessions.begin(ANN, "token");
    }

    assertThat(sessions.find(first)).isEmpty();
    assertThat(sessions.find(second)).isPresent();
  }

  @Test
  void showsNoToken() {
    String id = sessions.begin(ANN, "token-of-ann");

    assertThat(sessions.end(id).orElseThrow().toString())
        .contains("oidc:ann")
        .doesNotContain("token-of-ann");
  }
}
