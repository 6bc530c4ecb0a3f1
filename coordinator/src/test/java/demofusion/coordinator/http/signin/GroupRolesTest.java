package demofusion.coordinator.http.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Role;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupRolesTest {
  private static GroupRoles parse(String... entries) {
    return GroupRoles.parse("--oidc-role", List.of(entries));
  }

  @Test
  void givesTheHighestRole_ofAllGroupsThatHaveOne() {
    GroupRoles roles = parse("guests=view", "/studio/artists=submit", "wranglers=operate");

    assertThat(roles.of(Set.of("guests"))).hasValue(Role.VIEW);
    assertThat(roles.of(Set.of("guests", "wranglers", "/studio/artists"))).hasValue(Role.OPERATE);
    assertThat(roles.of(Set.of("guests", "/studio/artists", "others"))).hasValue(Role.SUBMIT);
    assertThat(roles.of(Set.of("others", "Guests", "guest"))).isEmpty();
    assertThat(roles.of(Set.of())).isEmpty();
  }

  @Test
  void takesNamesOfAnyDirectory() {
    GroupRoles roles = parse("cn=artists%2Cou=studio=submit", "50%25=view");

    assertThat(roles.of(Set.of("cn=artists,ou=studio"))).hasValue(Role.SUBMIT);
    assertThat(roles.of(Set.of("50%"))).hasValue(Role.VIEW);
  }

  @ParameterizedTest
  @CsvSource({
    "artists, must be GROUP=ROLE",
    "=view, must be GROUP=ROLE",
    "artists=, 'role \"\" must be view'",
    "artists=draw, 'role \"draw\" must be view'",
    "artists=work, workers join with tokens"
  })
  void refusesWhatIsNoRoleOfPeople(String entry, String why) {
    assertThatThrownBy(() -> parse(entry))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("--oidc-role \"" + entry + "\"")
        .hasMessageContaining(why);
  }

  @Test
  void refusesTwoRolesOfOneGroup() {
    assertThatThrownBy(() -> parse("artists=view", "artists=operate"))
        .isInstanceOf(DemofusionException.class)
        .hasMessage("--oidc-role names the group \"artists\" twice; give it one role");
  }
}
