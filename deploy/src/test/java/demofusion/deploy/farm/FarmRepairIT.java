package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngRows;
import demofusion.coordinator.image.PngWriter;
import demofusion.protocol.latent.PixelExtent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of a finished image is drawn anew on a real farm; the rest keeps every pixel. */
class FarmRepairIT {
  private static final Map<String, Object> PICTURE = Map.of("prompt", "hills", "steps", 2);

  @TempDir static Path folder;
  private static FarmProcesses farm;
  private static FarmApi api;

  @BeforeAll
  static void start() throws Exception {
    farm = new FarmProcesses(folder, "repair");
    farm.coordinator();
    farm.start(
        "anna", List.of("worker", "--name", "anna", "--join", farm.address(), "--device", "cpu"));
    api = farm.api();
    api.awaitWorker("anna", "ready");
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  /** A rectangle, in pixels. */
  private record Box(int left, int top, int right, int bottom) {
    boolean has(int x, int y) {
      return x >= left && x < right && y >= top && y < bottom;
    }

    /** The same in a picture of half the size. */
    Box half() {
      return new Box(left / 2, top / 2, right / 2, bottom / 2);
    }

    /** A mask of it. */
    byte[] mask(PixelExtent extent) throws IOException {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      write(extent, file, (x, y) -> has(x, y) ? 255 : 0);
      return file.toByteArray();
    }
  }

  private interface Levels {
    int at(int x, int y);
  }

  private static void write(PixelExtent extent, OutputStream file, Levels levels)
      throws IOException {
    PngWriter.write(
        file,
        new PixelRows() {
          @Override
          public PixelExtent extent() {
            return extent;
          }

          @Override
          public void read(int y, byte[] rgb) {
            for (int x = 0; x < extent.width(); x++) {
              Arrays.fill(rgb, 3 * x, 3 * x + 3, (byte) levels.at(x, y));
            }
          }
        },
        Map.of());
  }

  private static String drawn(Map<String, Object> more) throws Exception {
    Map<String, Object> all = new HashMap<>(PICTURE);
    all.putAll(more);
    String id = api.submit(all);
    awaitDone(id);
    return id;
  }

  private static String repaired(String job, Map<String, Object> more) throws Exception {
    Map<String, Object> all = new HashMap<>(PICTURE);
    all.putAll(more);
    String id = api.repair(job, all);
    awaitDone(id);
    return id;
  }

  private static void awaitDone(String id) {
    api.await(id, "is done", view -> view.path("state").asText().equals("done"));
  }

  private static Path image(String id) {
    return api.folder(id).resolve("image.png");
  }

  /** How many pixels of two images of one size differ: outside of a box, and in it. */
  private static int[] differences(Path one, Path other, Box box) throws IOException {
    int[] counts = new int[2];
    try (PngRows first = PngRows.open(one);
        PngRows second = PngRows.open(other)) {
      PixelExtent extent = first.extent();
      assertThat(second.extent()).isEqualTo(extent);
      byte[] row = new byte[3 * extent.width()];
      byte[] otherRow = new byte[3 * extent.width()];
      for (int y = 0; y < extent.height(); y++) {
        first.read(y, row);
        second.read(y, otherRow);
        for (int x = 0; x < extent.width(); x++) {
          if (!Arrays.equals(row, 3 * x, 3 * x + 3, otherRow, 3 * x, 3 * x + 3)) {
            counts[box.has(x, y) ? 1 : 0]++;
          }
        }
      }
    }
    return counts;
  }

  @Test
  void drawsTheDetailOfAnImageThatIsTooLargeToBeHeld_andPutsItBack() throws Exception {
    PixelExtent large = new PixelExtent(6400, 6408);
    Box detail = new Box(4000, 5000, 4100, 5064);
    String id = drawn(Map.of("size", "256x256"));
    try (OutputStream file = Files.newOutputStream(image(id))) {
      write(large, file, (x, y) -> x / 16 + y / 8);
    }

    String repair =
        repaired(
            id,
            Map.of(
                "mask",
                detail.half().mask(new PixelExtent(3200, 3204)),
                "maskFeather",
                0,
                "inpaintArea",
                "masked",
                "previews",
                true,
                "seed",
                3));

    int[] differences = differences(image(id), image(repair), detail);
    assertThat(differences[0]).as("pixels outside of the mask").isZero();
    assertThat(differences[1]).as("pixels in it").isGreaterThan(100 * 64 / 2);
    assertThat(api.get("/v1/jobs/" + repair).path("width").asInt()).isEqualTo(6400);
    assertThat(api.get("/v1/jobs/" + repair).path("height").asInt()).isEqualTo(6408);
  }

  @Test
  void drawsTheSame_asARequestThatBringsTheImage() throws Exception {
    PixelExtent extent = new PixelExtent(640, 512);
    Box part = new Box(300, 200, 360, 240);
    String id = drawn(Map.of("size", extent.toString()));
    Map<String, Object> asked =
        Map.of("mask", part.mask(extent), "inpaintArea", "masked", "seed", 3, "strength", 0.9);
    Map<String, Object> withImage = new HashMap<>(asked);
    withImage.put("image", Files.readAllBytes(image(id)));

    String here = repaired(id, asked);
    String brought = drawn(withImage);

    Box whole = new Box(0, 0, extent.width(), extent.height());
    assertThat(differences(image(here), image(brought), whole)).containsExactly(0, 0);
    assertThat(differences(image(here), image(id), part)[1]).isPositive();
  }
}
