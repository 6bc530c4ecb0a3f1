package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.FieldSamples;
import demofusion.protocol.api.request.FormGroup;
import demofusion.protocol.api.request.RequestFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The page in a real browser, before a real farm with the model that ships. Its screenshots lie in
 * {@code target/screenshots}, to be looked at.
 */
class PageIT {
  private static final String HOSTILE = "a lighthouse <img src=x onerror=alert(1)> & \"sea\"";
  private static final int LARGEST_PAGE = 300_000;
  private static final String LONG = "1024x1024";

  @TempDir static Path folder;
  private static PageFarm page;
  private static FarmProcesses farm;
  private static FarmNode coordinator;
  private static FarmApi api;
  private static Browser browser;
  private static final Set<String> ours = new HashSet<>();

  @BeforeAll
  static void start() throws Exception {
    page = PageFarm.start(folder, "page");
    farm = page.farm();
    api = page.api();
    browser = page.browser();
    coordinator = page.coordinator();
    ours.add(farm.url());
  }

  @AfterAll
  static void stop() throws IOException {
    if (page != null) {
      page.close();
    }
  }

  /** Whatever a test did: nothing broke in the page, and it spoke to nobody else. */
  @AfterEach
  void findsNothingWrong() throws IOException {
    if (browser == null) {
      return;
    }
    browser.resize(1400, 900);
    assertThat(browser.takeErrors()).isEmpty();
    assertThat(browser.requests())
        .isNotEmpty()
        .filteredOn(url -> url.matches("(https?|wss?|ftp)://.*"))
        .allMatch(url -> ours.stream().anyMatch(farm -> url.startsWith(farm + "/")));
  }

  private static String job(String size, int steps) throws Exception {
    return api.submit(
        Map.of("prompt", HOSTILE, "size", size, "steps", steps, "seed", 5, "previews", true));
  }

  private static void awaitState(String state) {
    browser.await(
        "the page says " + state,
        "document.querySelector('#job-state')?.dataset.state === arguments[0]",
        state);
  }

  private static void awaitZoom() {
    browser.await("the deep zoom", "document.querySelector('#deep.there canvas')");
  }

  @Test
  void drawsWhatIsAskedFor_andSharpensPhaseByPhase() throws Exception {
    page.visit("");
    browser.type("#prompt", HOSTILE);
    browser.type("#width", "512");
    browser.type("#height", "384");
    browser.click("#details summary");
    browser.type("#d-steps", "6");

    browser.click("#submit");

    browser.await("the picture's own address", "location.hash.startsWith('#/job/')");
    browser.await("phase 1", "document.querySelector('#job-preview img[data-phase=\"1\"].there')");
    browser.screenshot(PageFarm.SCREENSHOTS.resolve("drawing.png"));
    assertThat(browser.text("#job-prompt")).isEqualTo(HOSTILE);
    browser.await("tiles in somebody's hands or done", "document.querySelector('.legend li')");
    awaitState("done");
    awaitZoom();
    assertThat(browser.script("return document.querySelectorAll('img[src=\"x\"]').length").asInt())
        .isZero();
    assertThat(browser.script("return document.querySelector('#download').download").asText())
        .endsWith(".png");
    browser.screenshot(PageFarm.SCREENSHOTS.resolve("done.png"));
  }

  @Test
  void asksForTilesOfTheWantedScale_whenSomebodyZoomsIn() throws Exception {
    String id = job("768x512", 1);
    page.awaitDone(id);
    page.visit("#/job/" + id);
    awaitZoom();

    browser.click("button[aria-label='Actual pixels']");

    Await.until(
        "tiles of the largest scale",
        Duration.ofMinutes(1),
        () -> {
          try {
            return browser.requests().stream().anyMatch(url -> url.contains(id + "/zoom/1/"));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        },
        () -> id);
  }

  @Test
  void stopsAPicture_andGoesOnWithIt() throws Exception {
    String id = job(LONG, 20);
    page.visit("#/job/" + id);
    awaitState("running");

    browser.click("#cancel");
    awaitState("cancelled");
    browser.click("#retry");

    awaitState("running");
    browser.click("#cancel");
    awaitState("cancelled");
  }

  @Test
  void showsTheSame_afterAReloadInTheMiddleAndInASecondTab() throws Exception {
    String id = job(LONG, 20);
    page.visit("#/job/" + id);
    awaitState("running");
    browser.await(
        "progress", "document.querySelector('#job-line').textContent.startsWith('Phase')");

    browser.reload();

    awaitState("running");
    assertThat(browser.text("#job-prompt")).isEqualTo(HOSTILE);
    browser.await(
        "progress", "document.querySelector('#job-line').textContent.startsWith('Phase')");
    String first = browser.tab();
    String second = browser.newTab();
    browser.open(farm.url() + "/#/job/" + id);
    awaitState("running");
    browser.click("#cancel");
    awaitState("cancelled");
    browser.closeTab();
    browser.switchTo(first);
    assertThat(first).isNotEqualTo(second);
    awaitState("cancelled");
  }

  @Test
  void findsTheCoordinatorAgain_whenItWasStartedAnew() throws Exception {
    String id = job(LONG, 20);
    page.visit("#/job/" + id);
    awaitState("running");

    coordinator.signal("KILL");
    coordinator.awaitExit();
    browser.await(
        "the page says so",
        "document.querySelector('#link').textContent.includes('does not answer')");
    browser.screenshot(PageFarm.SCREENSHOTS.resolve("away.png"));
    coordinator = farm.coordinator();

    browser.await("the page is content", "document.querySelector('#link').textContent === ''");
    awaitState("running");
    browser.click("#cancel");
    awaitState("cancelled");
    // Chromium itself notes every connection that was refused meanwhile.
    assertThat(browser.takeErrors())
        .allMatch(
            error -> error.contains("net::ERR_") || error.contains("Failed to load resource"));
  }

  @Test
  void comparesTwoPictures_withADivider() throws Exception {
    String left = job("256x256", 1);
    String right = job("256x256", 2);
    for (String id : List.of(left, right)) {
      page.awaitDone(id);
    }
    page.visit("#/gallery?with=" + left);

    browser.click("#cards li[data-id='" + right + "'] a");

    browser.await("both", "document.querySelector('#compare-deep canvas')");
    browser.await(
        "that both can be moved",
        "document.querySelector('#gallery-body .line').textContent.includes('divider')");
    browser.script("document.querySelector('#divider').focus()");
    for (int n = 0; n < 10; n++) {
      browser.press("\uE012"); // arrow left
    }
    browser.await("the divider's place", "Number(document.querySelector('#divider').value) < 50");
    browser.screenshot(PageFarm.SCREENSHOTS.resolve("compare.png"));
  }

  @Test
  void resumesFromAPicture_toALargerOne() throws Exception {
    String id = job("256x256", 2);
    page.awaitDone(id);
    page.visit("#/job/" + id);
    awaitState("done");

    browser.click("#larger");
    browser.click("#go-on-yes");

    browser.await(
        "another picture",
        "location.hash.startsWith('#/job/') && !location.hash.includes('" + id + "')");
    awaitState("done");
    assertThat(browser.text("#job-about")).startsWith("512 × 512");
  }

  @Test
  void findsPicturesByTheirWords_andPutsTheirSettingsIntoTheForm() throws Exception {
    String id =
        api.submit(Map.of("prompt", "an otter in " + HOSTILE, "size", "256x256", "steps", 3));
    page.visit("#/gallery");
    browser.await("the gallery", "document.querySelector('#cards li')");

    browser.type("#search", "OTTER");

    browser.await(
        "one picture",
        "document.querySelectorAll('#cards li').length === 1"
            + " && document.querySelector('#cards li').dataset.id === arguments[0]",
        id);
    assertThat(browser.script("return location.hash").asText()).isEqualTo("#/gallery?q=OTTER");
    browser.click("#cards li a");
    browser.click("#reuse");
    browser.await("the form", "document.querySelector('#prompt').value.startsWith('an otter in')");
    assertThat(browser.script("return document.querySelector('#d-steps').value").asText())
        .isEqualTo("3");
    api.await(id, "is over", view -> !view.path("endedAt").isMissingNode());
  }

  @Test
  void takesThePresetThatIsChosen_andNothingBesideIt() throws Exception {
    page.visit("");
    browser.await("the presets", "document.querySelector('#presets [value=detail]')");
    browser.script("document.querySelector('#details').open = true");
    browser.type("#d-regionNoise", "0,1");

    browser.click("#presets [value=detail]");
    browser.await(
        "detail",
        "document.querySelector('#d-method').value === 'detail'"
            + " && document.querySelector('#presets [value=detail]').checked");

    browser.click("#presets [value=exact]");
    browser.await(
        "exact",
        "['', 'demofusion'].includes(document.querySelector('#d-method').value)"
            + " && document.querySelector('#d-regionNoise').value === ''"
            + " && document.querySelector('#presets [value=exact]').checked");
  }

  /** With newer methods' switches some of DemoFusion's own are refused. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void drawsTheSamePictureAgain_withItsSettings(boolean isNewer) throws Exception {
    Set<String> notTogether = Set.of("progressive", "dilated", "referenceOddities");
    Map<String, Object> all = new HashMap<>();
    for (Field<?> field : RequestFields.ALL) {
      boolean isSwitch =
          EnumSet.of(FormGroup.SWITCHES, FormGroup.DETAIL_AND_FAST).contains(field.group())
              || field.name().equals("eta");
      if (isNewer ? notTogether.contains(field.name()) : isSwitch) {
        continue;
      }
      boolean isOfThisFarm =
          field.jsonType().equals("array") // of files, or of parts of the image
              || Set.of("size", "model", "webhook", "fastLora", "upscaler").contains(field.name());
      boolean isOfAStart = field.needs() != null || field.jsonClass() == byte[].class;
      if (!isOfThisFarm && !isOfAStart && !field.isAbsent(Field.Surface.PAGE)) {
        all.put(field.name(), FieldSamples.of(field));
      }
    }
    all.putAll(Map.of("steps", 1, "method", "demofusion", "previews", true));
    all.putAll(Map.of("negativePrompt", "", "scheduler", "euler", "guidanceScale", 7.5));
    all.putAll(Map.of("clipSkip", 2, "stride", 16, "size", isNewer ? "512x512" : "256x256"));
    String id = api.submit(all);
    page.awaitDone(id);
    page.visit("#/job/" + id);
    browser.click("#reuse");
    browser.await("the form", "document.querySelector('#d-steps').value === '1'");

    browser.click("#submit");

    browser.await(
        "another picture",
        "location.hash.startsWith('#/job/') && !location.hash.includes('" + id + "')");
    String again = browser.script("return location.hash.slice('#/job/'.length)").asText();
    assertThat(api.get("/v1/jobs/" + again + "/settings"))
        .isEqualTo(api.get("/v1/jobs/" + id + "/settings"));
    api.await(again, "is over", view -> !view.path("endedAt").isMissingNode());
  }

  @Test
  void stopsGoesOnAndDownloads_fromTheGalleryByKeyboard() throws Exception {
    String done = job("256x256", 1);
    api.await(done, "is done", view -> view.path("state").asText().equals("done"));
    String id = job(LONG, 20);
    String card = "#cards li[data-id='" + id + "'] ";
    page.visit("#/gallery");

    pressThere(card + "button.cancel");
    browser.await("the other offer", "document.querySelector(arguments[0])", card + "button.retry");
    assertThat(browser.script("return document.activeElement.closest('li')?.dataset.id").asText())
        .isEqualTo(id);
    pressThere(card + "button.retry");
    browser.await(
        "the first again", "document.querySelector(arguments[0])", card + "button.cancel");
    pressThere(card + "button.cancel");
    browser.await("the other again", "document.querySelector(arguments[0])", card + "button.retry");

    JsonNode download =
        browser.script(
            "const a = document.querySelector(arguments[0]);"
                + "return [a.ariaLabel, a.download, a.getAttribute('href')]",
            "#cards li[data-id='" + done + "'] .download");
    assertThat(download.get(0).asText()).isEqualTo("Download: " + HOSTILE);
    assertThat(download.get(1).asText()).isEqualTo(done + ".png");
    assertThat(download.get(2).asText()).isEqualTo("v1/jobs/" + done + "/image");
  }

  private static void pressThere(String selector) throws IOException {
    browser.await(selector, "document.querySelector(arguments[0])", selector);
    browser.script("document.querySelector(arguments[0]).focus()", selector);
    browser.press("\uE007"); // enter
  }

  @Test
  void drainsAWorker_andLetsItBack() throws Exception {
    page.visit("#/workers");
    browser.await("the worker", "document.querySelector('#worker-list li[data-name=anna]')");

    browser.click("#worker-list li[data-name=anna] .drain");
    browser.await(
        "drained",
        "document.querySelector('li[data-name=anna]').dataset.state.startsWith('drain')");
    browser.screenshot(PageFarm.SCREENSHOTS.resolve("workers.png"));
    browser.click("#worker-list li[data-name=anna] .drain");

    browser.await(
        "ready", "document.querySelector('li[data-name=anna]').dataset.state === 'ready'");
  }

  @ParameterizedTest
  @CsvSource({"360, 740", "820, 1180", "1400, 900"})
  void fitsScreens_ofAnyWidth(int width, int height) throws Exception {
    String id = job("384x256", 1);
    page.awaitDone(id);
    browser.resize(width, height);
    for (String view : List.of("", "#/job/" + id, "#/gallery", "#/workers")) {
      page.visit(view);
      browser.await("the page", "document.querySelector('#link')");
      if (view.contains("job")) {
        awaitZoom();
      } else if (!view.isEmpty()) {
        browser.await("its list", "document.querySelector('#cards li a, #worker-list li')");
      }
      JsonNode overflow =
          browser.script("return document.documentElement.scrollWidth - window.innerWidth");
      String name =
          view.isEmpty() ? "draw" : view.replaceAll("[^a-z]+", " ").strip().split(" ", 2)[0];
      browser.screenshot(PageFarm.SCREENSHOTS.resolve(name + "-" + width + ".png"));

      assertThat(overflow.asInt()).as("%s at %s", view, width).isLessThanOrEqualTo(0);
    }
  }

  @Test
  void paintsBeforeAnyPictureComes_andWeighsLittle() throws Exception {
    String id = job("256x256", 1);
    page.awaitDone(id);
    page.visit("#/job/" + id);
    awaitZoom();

    JsonNode seen =
        browser.script(
            """
            const all = performance.getEntriesByType('resource');
            const isPicture = (name) => /\\/(image|previews|zoom)(\\/|$)/.test(name);
            const page = performance.getEntriesByType('navigation')[0].decodedBodySize
              + all.filter((each) => each.name.includes('/web/'))
                .reduce((sum, each) => sum + each.decodedBodySize, 0);
            return {
              paint: performance.getEntriesByName('first-paint')[0].startTime,
              picture: Math.min(...all.filter((each) => isPicture(each.name)).map((each) => each.responseEnd)),
              page,
            };
            """);

    assertThat(seen.get("paint").asDouble()).isLessThan(seen.get("picture").asDouble());
    assertThat(seen.get("page").asInt()).isBetween(1, LARGEST_PAGE);
  }

  @Test
  void asksForAToken_andLetsWhoeverLooksOnlyLook() throws Exception {
    Path tokens = folder.resolve("tokens");
    Path guarded = Files.createDirectory(folder.resolve("guarded"));
    try (FarmProcesses other = new FarmProcesses(guarded, "page-tokens")) {
      String token = other.token("ann", "view", tokens);
      other.coordinator("--tokens", tokens.toString());
      ours.add(other.url());
      browser.open(other.url() + "/");
      browser.type("#token", "a guess");
      browser.click("button");
      browser.await("a refusal", "document.body.innerText.includes('Unknown token')");
      browser.screenshot(PageFarm.SCREENSHOTS.resolve("token.png"));

      browser.type("#token", token);
      browser.click("button");

      browser.await("the page", "document.body.dataset.role === 'view'");
      assertThat(browser.text("#compose")).contains("view-only");
      assertThat(browser.script("return document.cookie").asText()).isEmpty();
      browser.click("#leave");
      browser.await("the question again", "document.querySelector('#token')");
      assertThat(browser.takeErrors()).allMatch(error -> error.contains("401"));
    }
  }

  @Test
  void canBeUsedWithoutAMouse_andNamesEveryControl() throws Exception {
    page.visit("");
    browser.await("the form", "document.querySelector('#submit')");

    JsonNode nameless =
        browser.script(
            """
            document.querySelectorAll('details').forEach((fold) => { fold.open = true; });
            return [...document.querySelectorAll('button, a, input, select, textarea')]
              .filter((each) => each.offsetParent !== null)
              .filter((each) => !(each.ariaLabel || each.labels?.length || each.textContent.trim()
                || each.title))
              .map((each) => each.outerHTML);
            """);
    browser.script("document.querySelector('#prompt').focus()");
    browser.press("a", " ", "f", "o", "x");
    browser.pressWithControl("\uE007"); // enter

    assertThat(nameless).isEmpty();
    browser.await("the picture's own address", "location.hash.startsWith('#/job/')");
    browser.click("#cancel");
    awaitState("cancelled");
  }
}
