package demofusion.deploy.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.deploy.ForeignProgram;
import demofusion.deploy.ForeignProgram.Said;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.condition.AdapterFit;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlMode;
import demofusion.protocol.api.request.condition.ControlResize;
import demofusion.protocol.api.request.condition.UnionType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The nodes for ComfyUI: their copy of the table of fields, their package's description, and their
 * own tests in Python, which need nothing but Python.
 */
class ComfyNodesTest {
  private static final Path NODES = Path.of("comfyui");
  private static final String WRITE = "comfyui.write";
  private static final Pattern VERSION = Pattern.compile("(?m)^version = \"([\\d.]+)\"$");
  private static final Pattern POM = Pattern.compile("<version>([\\d.]+)(-SNAPSHOT)?</version>");

  @Test
  void haveTheTableOfFields() throws IOException {
    Path copy = NODES.resolve("fields.json");
    String made = table();
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(copy, made);
    }

    assertThat(Files.readString(copy))
        .as(copy + " is generated: write it anew with -D" + WRITE + "=true")
        .isEqualTo(made);
  }

  private static String table() throws IOException {
    DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
    lines.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    return new JsonMapper()
            .writer(lines)
            .writeValueAsString(RequestFields.ALL.stream().map(ComfyNodesTest::row).toList())
        + "\n";
  }

  private static Map<String, Object> row(Field<?> field) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", field.name());
    row.put("type", field.jsonType());
    row.put("required", field.isRequired());
    row.put("help", field.help());
    row.put("standard", field.standard());
    row.put("otherwise", field.otherwise());
    row.put("minimum", field.minimum());
    row.put("maximum", field.maximum());
    row.put("choices", field.choices());
    row.put("example", field.example());
    row.values().removeIf(Objects::isNull);
    return row;
  }

  /** Those of the nodes that add ControlNets and IP-Adapters are written by hand. */
  @Test
  void offerEveryChoice_ofWhatSteersAnImage() throws IOException {
    String conditions = Files.readString(NODES.resolve("conditions.py"));

    assertThat(
            Stream.<Object[]>of(
                    UnionType.values(),
                    ControlMode.values(),
                    ControlResize.values(),
                    ControlFit.values(),
                    AdapterBlocks.values(),
                    AdapterFit.values())
                .flatMap(Arrays::stream))
        .allSatisfy(choice -> assertThat(conditions).contains("\"" + choice + "\""));
  }

  @Test
  void areOfTheProgramsVersion_andUnderItsLicence() throws IOException {
    Matcher pom = POM.matcher(Files.readString(Path.of("pom.xml")));
    Matcher nodes = VERSION.matcher(Files.readString(NODES.resolve("pyproject.toml")));

    assertThat(pom.find()).isTrue();
    assertThat(nodes.find()).isTrue();
    assertThat(nodes.group(1)).isEqualTo(pom.group(1));
    assertThat(NODES.resolve("LICENSE")).hasSameTextualContentAs(Path.of("../LICENSE"));
  }

  @Test
  void passTheirOwnTests() throws Exception {
    Said said =
        ForeignProgram.require("python3", "of any system")
            .run("-B", "src/test/resources/comfyui/run_tests.py", NODES.toString());

    assertThat(said.exitCode()).as(said.words()).isZero();
    assertThat(said.words().lines().toList()).as(said.words()).contains("OK");
  }

  @Test
  void areDescribedByTheirReadme() throws IOException {
    String readme = Files.readString(NODES.resolve("README.md"));

    assertThat(List.of("address", "ca_file", "patience", "batch_size", "width", "seed"))
        .allMatch(input -> readme.contains("`" + input + "`"));
  }
}
