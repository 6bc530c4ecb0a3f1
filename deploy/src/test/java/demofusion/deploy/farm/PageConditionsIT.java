package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What steers an image beside its words, on the page: regions that are drawn by hand, ControlNets
 * and reference pictures, and "Repair…" with a brush. Screenshots lie in {@code
 * target/screenshots}.
 */
class PageConditionsIT {
  private static final String BOARD = "#d-regions .board";
  private static final String RIGHT = "\uE014";
  private static final String DELETE = "\uE017";

  /** Notes what the page sends, since a farm without ControlNets refuses it. */
  private static final String LISTEN =
      """
      window.sent = [];
      const real = window.fetch;
      window.fetch = (path, request) => {
        if (request?.body && path === 'v1/jobs') window.sent.push(JSON.parse(request.body));
        return real(path, request);
      };
      """;

  @TempDir static Path folder;
  private static PageFarm page;
  private static FarmProcesses farm;
  private static FarmApi api;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    page = PageFarm.start(folder, "page-conditions");
    farm = page.farm();
    api = page.api();
    browser = page.browser();
  }

  @AfterAll
  static void stop() throws IOException {
    if (page != null) {
      page.close();
    }
  }

  @AfterEach
  void findsNothingWrong() throws IOException {
    if (browser != null) {
      browser.resize(1400, 900);
      assertThat(browser.takeErrors()).isEmpty();
    }
  }

  private static void openForm() throws IOException {
    browser.open(farm.url() + "/");
    browser.script("sessionStorage.clear()"); // what another test left
    page.visit("");
    browser.type("#prompt", "hills");
    browser.type("#width", "512");
    browser.type("#height", "384");
    browser.click("#details summary");
    browser.type("#d-steps", "1");
    browser.await("the editor", "document.querySelector(arguments[0])", BOARD);
  }

  private static JsonNode regions() throws Exception {
    String json = browser.script("return document.querySelector('#d-regions-json').value").asText();
    return new JsonMapper().readTree(json.isEmpty() ? "[]" : json);
  }

  private static String submitted() throws Exception {
    browser.click("#submit");
    browser.await("the picture's own address", "location.hash.startsWith('#/job/')");
    return browser.script("return location.hash.slice('#/job/'.length)").asText();
  }

  @Test
  void asksForTheRegionsThatWereDrawn_andPutsThemBackIntoTheForm() throws Exception {
    openForm();
    browser.drag(BOARD, "mouse", 0.1, 0.2, 0.5, 0.8);
    browser.press("a", " ", "b", "o", "a", "t");
    browser.drag(BOARD, "touch", 0.6, 0.1, 0.9, 0.5);
    browser.press("a", " ", "s", "u", "n");
    browser.type("[aria-label='Weight of region 2']", "1.5");
    browser.screenshot(PageFarm.SCREENSHOTS.resolve("regions.png"));

    String id = submitted();

    JsonNode asked = api.get("/v1/jobs/" + id + "/settings").get("regions");
    assertThat(asked.findValuesAsText("prompt")).containsExactly("a boat", "a sun");
    assertThat(asked.get(1).get("weight").asDouble()).isEqualTo(1.5);
    String[] sides = asked.get(0).get("area").asText().split(",", -1);
    double[] drawn = {0.1, 0.2, 0.5, 0.8};
    for (int n = 0; n < drawn.length; n++) {
      assertThat(Double.parseDouble(sides[n])).isBetween(drawn[n] - 0.01, drawn[n] + 0.01);
    }
    page.awaitDone(id);
    browser.await("an image", "document.querySelector('#fix')");

    browser.click("#reuse");

    browser.await("both rows", "document.querySelectorAll('#d-regions .row').length === 2");
    assertThat(regions()).isEqualTo(asked);
    browser.await(
        "the image below them",
        "document.querySelector('#d-regions .backdrop').src.includes(arguments[0])",
        id);
  }

  @Test
  void movesResizesAndRemovesRegions_byKeyboardAlone() throws Exception {
    openForm();
    browser.script("document.querySelector('#d-regions-add').focus()");
    browser.press("\uE007"); // enter
    browser.press("a", "n", " ", "o", "a", "k");
    assertThat(regions().get(0).get("area").asText()).isEqualTo("0.05,0.05,0.45,0.45");

    browser.script("document.querySelector('#d-regions .box[tabindex]').focus()");
    browser.press(RIGHT, RIGHT);
    browser.type("[aria-label^='Bottom of region 1']", "90");
    assertThat(regions().get(0).get("area").asText()).isEqualTo("0.07,0.05,0.47,0.9");
    assertThat(regions().get(0).get("prompt").asText()).isEqualTo("an oak");

    browser.script("document.querySelector('#d-regions .box[tabindex]').focus()");
    browser.press(DELETE);
    assertThat(regions()).isEmpty();
    assertThat(browser.script("return document.activeElement.id").asText())
        .isEqualTo("d-regions-add");
  }

  @Test
  void takesRegionsAsJson_andSaysWhenThatIsNone() throws Exception {
    openForm();
    browser.click("#d-regions .json summary");
    browser.type("#d-regions-json", "[{\"area\":\"0,0,0.5,1\",\"prompt\":\"a red house\"}]");
    browser.await("its row", "document.querySelectorAll('#d-regions .row').length === 1");

    browser.type("#d-regions-json", "[{\"area\":");

    browser.await("the note", "document.querySelector('#d-regions .note').offsetParent");
    assertThat(browser.text("#d-regions")).contains("no list of regions yet");
  }

  @Test
  void keepsRectanglesInsideTheImage_andMasksSmall() throws Exception {
    browser.open(farm.url() + "/");

    JsonNode found =
        browser.script(
            """
            return (async () => {
              const areas = await import('./web/areas.js');
              const strokes = await import('./web/strokes.js');
              return {
                moved: areas.moved([0.5, 0.5, 0.9, 0.9], 0.3, -0.8).map((each) => each.toFixed(3)).join(),
                resized: areas.resized([0.1, 0.1, 0.5, 0.5], 'lt', 0.9, -0.9).map((each) => each.toFixed(3)).join(),
                spanned: areas.spanned([0.8, 1.4], [-0.2, 0.3]).join(),
                read: [areas.read('0,0,1,1'), areas.read('0.5,0,0.5,1'), areas.read('0,0,1'), areas.read(undefined)],
                sizes: [[512, 384], [16384, 10920], [32768, 32768], [5001, 301]].map((each) => strokes.maskSize(...each))
                  .map(({width, height}) => `${width}x${height}`).join(' '),
              };
            })();
            """);

    assertThat(found.get("moved").asText()).isEqualTo("0.600,0.000,1.000,0.400");
    assertThat(found.get("resized").asText()).isEqualTo("0.480,0.000,0.500,0.500");
    assertThat(found.get("spanned").asText()).isEqualTo("0,0.3,0.8,1");
    assertThat(found.get("read").toString()).isEqualTo("[[0,0,1,1],null,null,null]");
    assertThat(found.get("sizes").asText()).isEqualTo("512x384 4096x2730 4096x4096 2501x151");
  }

  @Test
  void undoesErasesAndClears_whatWasPainted() throws Exception {
    browser.open(farm.url() + "/");

    JsonNode painted =
        browser.script(
            """
            return (async () => {
              const {Strokes} = await import('./web/strokes.js');
              const white = async (strokes) => {
                const file = await strokes.mask(64, 32);
                if (!file) return 0;
                const image = await createImageBitmap(file);
                const canvas = new OffscreenCanvas(64, 32);
                const context = canvas.getContext('2d');
                context.drawImage(image, 0, 0);
                const {data} = context.getImageData(0, 0, 64, 32);
                return [...data].filter((value, at) => at % 4 === 0 && value === 255).length;
              };
              const box = (erases, ...points) => ({kind: 'box', erases, radius: 0, points});
              const strokes = new Strokes();
              const counts = [await white(strokes)];
              strokes.begin(box(false, [0, 0], [32, 32]));
              counts.push(await white(strokes));
              strokes.begin(box(true, [0, 0], [16, 32]));
              counts.push(await white(strokes));
              strokes.undo();
              counts.push(await white(strokes));
              strokes.clear(64, 32);
              counts.push(await white(strokes));
              strokes.undo();
              counts.push(await white(strokes));
              return counts;
            })();
            """);

    assertThat(painted.toString()).isEqualTo("[0,1024,512,1024,0,1024]");
  }

  @Test
  void sendsAControlNetWithItsPicture_asRowsHaveIt() throws Exception {
    Path picture = folder.resolve("lines.png");
    ImageIO.write(new BufferedImage(512, 384, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
    openForm();
    browser.script(LISTEN);

    browser.click("#d-controlnets-add");
    browser.type("#d-controlnets [data-of=name]", "lines");
    browser.choose("#d-controlnets input[type=file]", picture);
    browser.type("#d-controlnets [data-of=weights]", "1, 0.5");
    browser.type("#d-controlnets [data-of=end]", "0.8");
    browser.click("#d-ipAdapters-add");
    browser.type("#d-ipAdapters [data-of=name]", "style");
    browser.choose("#d-ipAdapters input[type=file]", picture);
    browser.await(
        "both pictures", "document.querySelectorAll('.drop img[src^=blob]').length === 2");
    browser.screenshot(PageFarm.SCREENSHOTS.resolve("controls.png"));
    browser.click("#submit");

    browser.await("the refusal", "document.querySelector('#refusal').textContent");
    JsonNode sent = browser.script("return window.sent[0]");
    String file = Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
    JsonMapper json = new JsonMapper();
    String control = "{'name':'lines','image':'FILE','weights':[1,0.5],'end':0.8}";
    String adapter = "{'name':'style','images':['FILE']}";
    assertThat(sent.at("/controlnets/0"))
        .isEqualTo(json.readTree(control.replace('\'', '"').replace("FILE", file)));
    assertThat(sent.at("/ipAdapters/0"))
        .isEqualTo(json.readTree(adapter.replace('\'', '"').replace("FILE", file)));
    assertThat(browser.text("#refusal")).contains("lines");
    // On a slow machine presets are asked for while the form is half filled in.
    assertThat(browser.takeErrors())
        .allMatch(error -> error.contains("v1/jobs") || error.contains("v1/presets"));
  }

  @Test
  void drawsAnewWhatWasPainted_andNotOnePixelMore() throws Exception {
    String id = api.submit(Map.of("prompt", "hills", "size", "512x384", "steps", 2, "seed", 4));
    page.awaitDone(id);
    page.visit("#/job/" + id);
    browser.await("the deep zoom", "document.querySelector('#deep.there canvas')");

    browser.click("#fix");
    browser.drag("canvas.brush", "mouse", 0.3, 0.4, 0.6, 0.5);
    browser.click("#brush-undo");
    browser.drag("canvas.brush", "touch", 0.3, 0.4, 0.6, 0.5);
    browser.script("document.querySelector('canvas.brush').focus()");
    browser.press(" ");
    browser.screenshot(PageFarm.SCREENSHOTS.resolve("repair.png"));
    browser.type("#repair-prompt", "a red house");
    browser.type("#repair-feather", "0");
    browser.click("#repair-yes");

    browser.await(
        "another picture",
        "location.hash.startsWith('#/job/') && !location.hash.includes(arguments[0])",
        id);
    String repaired = browser.script("return location.hash.slice('#/job/'.length)").asText();
    page.awaitDone(repaired);
    JsonNode settings = api.get("/v1/jobs/" + repaired + "/settings");
    assertThat(settings.get("prompt").asText()).isEqualTo("a red house");
    assertThat(settings.get("strength").asDouble()).isEqualTo(0.75);
    BufferedImage before = image(drawn(id));
    BufferedImage after = image(drawn(repaired));
    BufferedImage mask = image(settings.get("mask").binaryValue());
    assertThat(differences(before, after, mask, false)).isZero();
    assertThat(differences(before, after, mask, true)).isGreaterThan(1000);
  }

  /** How many pixels differ inside or outside a mask. */
  private static int differences(
      BufferedImage before, BufferedImage after, BufferedImage mask, boolean inside) {
    int count = 0;
    for (int y = 0; y < before.getHeight(); y++) {
      for (int x = 0; x < before.getWidth(); x++) {
        boolean isMasked = (mask.getRGB(x, y) & 0xff) >= 128;
        if (isMasked == inside && before.getRGB(x, y) != after.getRGB(x, y)) {
          count++;
        }
      }
    }
    return count;
  }

  private static byte[] drawn(String id) throws IOException {
    return Files.readAllBytes(api.folder(id).resolve("image.png"));
  }

  private static BufferedImage image(byte[] file) throws IOException {
    return Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(file)));
  }

  @Test
  void saysThatNothingIsPainted_beforeItAsksForAnything() throws Exception {
    String id = api.submit(Map.of("prompt", "hills", "size", "256x256", "steps", 1));
    page.awaitDone(id);
    page.visit("#/job/" + id);
    browser.click("#fix");
    browser.await("the panel", "document.querySelector('#repair')");

    browser.click("#repair-yes");

    browser.await("why", "document.querySelector('#repair .refusal').textContent");
    assertThat(browser.text("#repair .refusal")).startsWith("Nothing is painted");
    browser.click("#repair-no");
    browser.await(
        "no panel", "!document.querySelector('#repair') && document.activeElement.id === 'fix'");
  }

  @ParameterizedTest
  @CsvSource({"390, 844", "1280, 900"})
  void fitsScreens_withAllEditorsOpen(int width, int height) throws Exception {
    String id = api.submit(Map.of("prompt", "hills", "size", "256x256", "steps", 1));
    page.awaitDone(id);
    browser.resize(width, height);
    openForm();
    browser.drag(BOARD, "mouse", 0, 0, 1, 1);
    browser.click("#d-controlnets-add");
    browser.click("#d-ipAdapters-add");
    fits("editors", width);
    assertThat(nameless()).isEmpty();
    page.visit("#/job/" + id);
    browser.click("#fix");
    browser.await("the panel", "document.querySelector('#repair')");
    browser.script("document.querySelector('#repair').scrollIntoView()");
    fits("repair", width);
    assertThat(nameless()).isEmpty();
  }

  private static void fits(String what, int width) throws IOException {
    browser.screenshot(PageFarm.SCREENSHOTS.resolve(what + "-" + width + ".png"));
    assertThat(
            browser
                .script("return document.documentElement.scrollWidth - window.innerWidth")
                .asInt())
        .as("%s at %s", what, width)
        .isLessThanOrEqualTo(0);
    assertThat(
            browser.script(
                "return [...document.querySelectorAll('.row *, .drop, #repair *')]"
                    + ".filter((each) => each.getBoundingClientRect().right > window.innerWidth)"
                    + ".map((each) => each.outerHTML)"))
        .as("%s at %s", what, width)
        .isEmpty();
  }

  /** Controls that nobody who hears the page could tell apart. */
  private static JsonNode nameless() throws IOException {
    return browser.script(
        """
        return [...document.querySelectorAll('button, a, input, select, textarea, .box[tabindex], .brush, .drop')]
          .filter((each) => each.offsetParent !== null)
          .filter((each) => !(each.ariaLabel || each.labels?.length || each.textContent.trim()
            || each.title))
          .map((each) => each.outerHTML);
        """);
  }
}
