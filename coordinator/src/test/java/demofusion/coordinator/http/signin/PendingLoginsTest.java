package demofusion.coordinator.http.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PendingLoginsTest {
  private static final URI REDIRECT = URI.create("https://farm.example.org/session/oidc/callback");

  private Instant now = Instant.parse("2026-11-30T12:00:00Z");
  private final PendingLogins logins = new PendingLogins(() -> now);

  private PendingLogins.Beginning begin() {
    return logins.begin(REDIRECT, "#/gallery");
  }

  @Test
  void endsOnce_inTheBrowserThatBeganIt() {
    PendingLogins.Beginning begun = begin();
    String state = begun.login().state();

    assertThat(logins.end(state, begun.browser())).hasValue(begun.login());
    assertThat(logins.end(state, begun.browser())).isEmpty();
  }

  @Test
  void isOver_whenAnotherBrowserBringsItsAnswer() {
    PendingLogins.Beginning begun = begin();
    PendingLogins.Beginning ofAnother = begin();
    String state = begun.login().state();

    assertThat(logins.end(state, ofAnother.browser())).isEmpty();
    assertThat(logins.end(state, begun.browser())).isEmpty();
    assertThat(logins.end("", "")).isEmpty();
    assertThat(logins.end(ofAnother.login().state(), "")).isEmpty();
  }

  @Test
  void isOver_afterTenMinutes() {
    PendingLogins.Beginning early = begin();
    PendingLogins.Beginning late = begin();

    now = now.plus(PendingLogins.LONGEST).minusMillis(1);
    assertThat(logins.end(early.login().state(), early.browser())).isPresent();
    now = now.plusMillis(1);
    assertThat(logins.end(late.login().state(), late.browser())).isEmpty();
  }

  @Test
  void forgetsTheOldest_whereThereAreTooMany() {
    PendingLogins.Beginning first = begin();
    PendingLogins.Beginning second = begin();
    for (int n = 2; n < PendingLogins.MOST; n++) {
      begin();
    }
    PendingLogins.Beginning last = begin();

    assertThat(logins.end(first.login().state(), first.browser())).isEmpty();
    assertThat(logins.end(second.login().state(), second.browser())).isPresent();
    assertThat(logins.end(last.login().state(), last.browser())).isPresent();
  }

  @Test
  void usesNoValueTwice_andShowsNone() {
    Set<String> values = new HashSet<>();
    for (int n = 0; n < 100; n++) {
      PendingLogins.Beginning begun = begin();
      PendingLogin login = begun.login();
      values.addAll(Set.of(login.state(), login.nonce(), login.verifier(), begun.browser()));
      assertThat(login.verifier()).hasSize(43);
      assertThat(login.toString()).doesNotContain(login.state(), login.nonce(), login.verifier());
    }

    assertThat(values).hasSize(400);
    assertThat(Duration.ofMinutes(10)).isEqualTo(PendingLogins.LONGEST);
  }
}
