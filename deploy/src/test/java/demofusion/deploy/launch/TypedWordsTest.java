package demofusion.deploy.launch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedWordsTest {
  @Test
  void acceptsEveryScript_inUtf8() {
    assertThatCode(
            () ->
                TypedWords.check(
                    List.of("render", "北京の灯台 Schloß 🗼"),
                    Map.of("DEMOFUSION_MODEL", "モデル"),
                    Map.of("the working folder", "/home/josé"),
                    "utf-8"))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesWhatWasNoUtf8_whereverItStands() {
    assertThatThrownBy(() -> arguments("UTF-8", "render", "caf\uFFFD"))
        .isInstanceOf(DemofusionException.class)
        .hasMessage("argument 2, \"caf?\", is not UTF-8: enter it in UTF-8, whatever the locale");
    assertThatThrownBy(() -> environment("DEMOFUSION_MODEL"))
        .hasMessageStartingWith("the environment variable DEMOFUSION_MODEL, \"caf?\"");
    assertThatThrownBy(() -> environment("DJL_CACHE_DIR"))
        .hasMessageStartingWith("the environment variable DJL_CACHE_DIR");
    assertThatThrownBy(
            () ->
                TypedWords.check(
                    List.of(), Map.of(), Map.of("the working folder", "/\uFFFD"), "UTF-8"))
        .hasMessageStartingWith("the working folder, \"/?\"");
  }

  @Test
  void leavesOtherProgramsVariablesAlone() {
    assertThatCode(() -> environment("PS1")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ANSI_X3.4-1968", "ISO-8859-1", "EUC-JP"})
  void refusesWhatIsNotAscii_whereJavaReadsAnotherCharset(String charset) {
    assertThatCode(() -> arguments(charset, "render", "a fox")).doesNotThrowAnyException();
    assertThatThrownBy(() -> arguments(charset, "render", "cafÃ©"))
        .hasMessageContaining("Java takes it for " + charset)
        .hasMessageContaining("LC_ALL=C.UTF-8");
  }

  private static void arguments(String charset, String... arguments) {
    TypedWords.check(List.of(arguments), Map.of(), Map.of(), charset);
  }

  private static void environment(String variable) {
    TypedWords.check(List.of(), Map.of(variable, "caf\uFFFD"), Map.of(), "UTF-8");
  }
}
