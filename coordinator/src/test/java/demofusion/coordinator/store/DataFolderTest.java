package demofusion.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  private static final JobId JOB = new JobId("lighthouse");
  private static final byte[] RECORD = "{}".getBytes(StandardCharsets.UTF_8);
  private static final RenderRequest REQUEST =
      new RenderRequest(
          Renders.spec().build().withStandards(),
          new ModelId(
              new ModelKind("toy-1", Precision.FLOAT32, "cpu"), new ModelSource("toy", null, null)),
          false,
          0);

  @TempDir Path path;

  @Test
  void isOneCoordinatorsAtATime() {
    try (DataFolder mine = DataFolder.open(path)) {
      assertThat(mine.path()).isEqualTo(path);
      assertThatThrownBy(() -> DataFolder.open(path))
          .isInstanceOf(DemofusionException.class)
          .hasMessage(
              path
                  + " is in use by another coordinator (this process itself); stop that one first,"
                  + " or choose another folder with --data");
    }
    DataFolder.open(path).close();
  }

  @Test
  void namesTheProcessThatHasIt() throws Exception {
    try (DataFolder mine = DataFolder.open(path)) {
      assertThat(Files.readString(mine.path().resolve("coordinator.lock")))
          .startsWith("process " + ProcessHandle.current().pid() + " on ");
    }
  }

  @Test
  void keepsAJobWhole() {
    try (DataFolder data = DataFolder.open(path)) {
      data.add(JOB, REQUEST, RECORD);

      assertThat(data.jobs()).containsExactly(JOB);
      assertThat(data.record(JOB)).hasValue(RECORD);
      try (JobFolder folder = JobFolder.open(data.job(JOB))) {
        assertThat(folder.request()).isEqualTo(REQUEST);
      }
      assertThat(data.bytes(JOB)).isPositive();
    }
  }

  @Test
  void sweepsWhatWasHalfMadeOrHalfDeleted() throws Exception {
    try (DataFolder data = DataFolder.open(path)) {
      data.add(JOB, REQUEST, RECORD);
    }
    Path coming = path.resolve("renders/.new-one.coming");
    Path going = path.resolve("renders/.old-one.going");
    Files.createDirectories(coming.resolve("below"));
    Files.createDirectories(going);
    Files.writeString(going.resolve("image.png"), "half");

    try (DataFolder data = DataFolder.open(path)) {
      assertThat(coming).doesNotExist();
      assertThat(going).doesNotExist();
      assertThat(data.jobs()).containsExactly(JOB);
    }
  }

  @Test
  void removesAJob() {
    try (DataFolder data = DataFolder.open(path)) {
      data.add(JOB, REQUEST, RECORD);

      data.remove(JOB);

      assertThat(data.jobs()).isEmpty();
      assertThat(path.resolve("renders")).isEmptyDirectory();
    }
  }

  @Test
  void leavesNothingOfAJobThatCouldNotBeMade() throws Exception {
    try (DataFolder data = DataFolder.open(path)) {
      Files.createDirectories(data.job(JOB).resolve("something"));

      assertThatThrownBy(() -> data.add(JOB, REQUEST, RECORD))
          .isInstanceOfSatisfying(
              DemofusionException.class,
              failure -> assertThat(failure.code()).isEqualTo(FailureCode.STORAGE));
      assertThat(path.resolve("renders/.lighthouse.coming")).doesNotExist();
    }
  }

  @Test
  void refusesAPlaceThatIsNoFolder_inOneSentence() throws Exception {
    Path file = Files.writeString(path.resolve("file"), "");

    assertThatThrownBy(() -> DataFolder.open(file))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith(file + " cannot be used as a data folder");
  }
}
