package demofusion.deploy.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code inspect} says of schedulers, which is what {@code render} would say. */
class ModelReportTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String FILE = "scheduler_config.json";

  @TempDir Path temp;

  @Test
  void aFolderWhoseOwnSolverDrawsIsUsable() throws IOException {
    ModelReport report = report("{}");

    assertThat(report.usable()).isTrue();
    assertThat(report.problem()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"use_beta_sigmas\": true}",
        "{\"use_exponential_sigmas\": true}",
        "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"use_lu_lambdas\": true}",
        "{\"clip_sample\": true}",
        "{\"rescale_betas_zero_snr\": true, \"prediction_type\": \"v_prediction\"}",
      })
  void whatItsSolverKnowsOrNeedNotKnowIsUsable(String keys) throws IOException {
    assertThat(report(keys).problem()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"_class_name\": \"UniPCMultistepScheduler\", \"solver_order\": 3}|solver_order 3",
        "{\"_class_name\": \"DDIMScheduler\", \"thresholding\": true}|thresholding true",
        "{\"interpolation_type\": \"log_linear\"}|interpolation_type",
        "{\"_class_name\": \"IPNDMScheduler\"}|_class_name IPNDMScheduler",
        "{\"_class_name\": \"DPMSolverSDEScheduler\"}|_class_name DPMSolverSDEScheduler",
      })
  void aFolderWhoseOwnSolverCannotDrawIsNot_butIsDescribed(String keys, String words)
      throws IOException {
    ModelReport report = report(keys);

    assertThat(report.usable()).isFalse();
    assertThat(report.model()).isNotNull();
    assertThat(report.problem())
        .contains(FILE + ": " + words)
        .contains("pass --scheduler with one of ")
        .contains("euler-ancestral");
  }

  @Test
  void aFolderThatNoSolverDrawsIsNot() throws IOException {
    ModelReport report =
        report("{\"timestep_type\": \"continuous\", \"prediction_type\": \"v_prediction\"}");

    assertThat(report.usable()).isFalse();
    assertThat(report.problem()).contains("timestep_type").doesNotContain("pass --scheduler");
  }

  /** The tiny model with these keys in its scheduler's file. */
  private ModelReport report(String keys) throws IOException {
    Path tiny = GoldenData.tinySdxl();
    List<Path> parts;
    try (Stream<Path> list = Files.list(tiny)) {
      parts = list.toList();
    }
    for (Path part : parts) {
      if (!part.endsWith("scheduler")) {
        Files.createSymbolicLink(temp.resolve(part.getFileName()), part);
      }
    }
    Path own = tiny.resolve("scheduler").resolve(FILE);
    ObjectNode file = (ObjectNode) JSON.readTree(own.toFile());
    file.setAll((ObjectNode) JSON.readTree(keys));
    Path scheduler = Files.createDirectory(temp.resolve("scheduler"));
    JSON.writeValue(scheduler.resolve(FILE).toFile(), file);
    return ModelReport.of(ModelSource.of(temp));
  }
}
