package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LicencesTest {
  private static final List<String> SHIPPED =
      List.of("lib/demofusion-deploy-1.jar", "lib/kind-1.2.jar", "lib/kind-1.2-native.jar");
  private static final String LIST = "Jars that ship.\n\nkind-1.2 (org.kind): MIT or LGPL-2.1\n";
  private static final String COPYRIGHT =
      """
      Format: of Debian

      Files: *
      Copyright: us
      License: MIT

      Files:
       lib/kind-*.jar
      Copyright: them
      License: MIT or LGPL-2.1

      License: MIT
       Do as you like.

      License: LGPL-2.1
       Do as you like with the library.
      """;

  @Test
  void areContent_whenAllIsSaidAndSo() {
    assertThat(Licences.complaints(SHIPPED, LIST, COPYRIGHT)).isEmpty();
  }

  @Test
  void complain_whenAJarIsInNeitherList() {
    List<String> shipped = List.of("lib/kind-1.2.jar", "lib/stranger-1.jar");

    assertThat(Licences.complaints(shipped, LIST, COPYRIGHT))
        .containsExactly("lib/stranger-1.jar is not in debian/copyright");
  }

  @Test
  void complain_whenAJarIsNotInTheGeneratedList() {
    assertThat(Licences.complaints(SHIPPED, "", COPYRIGHT))
        .contains("lib/kind-1.2.jar is not in THIRD-PARTY.txt");
  }

  @Test
  void complain_whenAnEntryHasNoJar() {
    String list = LIST + "jmh-core-1.37 (org.openjdk.jmh): MIT\n";
    String copyright = COPYRIGHT.replace(" lib/kind", " lib/jmh-*.jar\n lib/kind");

    assertThat(Licences.complaints(SHIPPED, list, copyright))
        .containsExactlyInAnyOrder(
            "THIRD-PARTY.txt names jmh-core-1.37, which does not ship",
            "debian/copyright names lib/jmh-*.jar, which does not ship");
  }

  @Test
  void complain_whenThereIsNothingButTheGpl() {
    String list = LIST.replace("MIT or LGPL-2.1", "GPL-2.0");
    String copyright =
        COPYRIGHT.replace("MIT or LGPL-2.1", "GPL-2.0") + "\nLicense: GPL-2.0\n No.\n";

    assertThat(Licences.complaints(List.of("lib/kind-1.2.jar"), list, copyright))
        .containsExactly("lib/kind-1.2.jar is under GPL-2.0, which is not accepted");
  }

  @Test
  void complain_whenTheTwoDisagree() {
    String list = LIST.replace("MIT or LGPL-2.1", "Apache-2.0");

    assertThat(Licences.complaints(List.of("lib/kind-1.2.jar"), list, COPYRIGHT))
        .containsExactly(
            "lib/kind-1.2.jar is under Apache-2.0, and debian/copyright says MIT or LGPL-2.1");
  }

  @Test
  void complain_whenATextIsMissing() {
    String copyright = COPYRIGHT.replace(" Do as you like with the library.\n", "");

    assertThat(Licences.complaints(SHIPPED, LIST, copyright))
        .containsExactly("debian/copyright has no text of LGPL-2.1");
  }
}
