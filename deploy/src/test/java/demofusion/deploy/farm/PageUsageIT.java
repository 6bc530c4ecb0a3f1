package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who used how much, on the page of a farm with tokens: ann operates it, bob may submit and has a
 * budget, eve may look. Screenshots lie in {@code target/screenshots}.
 */
class PageUsageIT {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final String NAMES =
      "[...document.querySelectorAll('#usage-rows tbody th')].map((each) => each.textContent)";

  @TempDir static Path folder;
  private static FarmProcesses farm;
  private static Browser browser;
  private static String ann;
  private static String bob;
  private static String eve;

  @BeforeAll
  static void start() throws Exception {
    boolean hasBrowser = Browser.driver().isPresent();
    if (!hasBrowser) {
      System.out.println(
          "PageUsageIT is left out: there is no chromedriver; install Debian's chromium and"
              + " chromium-driver");
    }
    assumeTrue(hasBrowser, "no chromedriver: install Debian's chromium and chromium-driver");
    Path tokens = folder.resolve("tokens");
    farm = new FarmProcesses(folder, "page-usage");
    ann = farm.token("ann", "operate", tokens);
    bob = farm.token("bob", "submit", tokens, "--budget", "1h/day", "--over-budget", "wait");
    eve = farm.token("eve", "view", tokens);
    farm.coordinator("--tokens", tokens.toString());
    farm.worker("only", "millis=20");
    FarmApi operator = farm.api(ann);
    operator.awaitWorker("only", "ready");
    for (FarmApi person : List.of(operator, farm.api(bob))) {
      String id = person.submit(Map.of("prompt", "hills", "size", "128x128", "steps", 2));
      operator.await(id, "is done", view -> view.path("state").asText().equals("done"));
    }
    browser = Browser.start(folder.resolve("profile"));
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
    if (farm != null) {
      farm.close();
    }
  }

  private static void signIn(String token, String role) throws IOException {
    browser.open("about:blank");
    browser.open(farm.url() + "/");
    browser.type("#token", token);
    browser.click("button");
    browser.await("the page", "document.body.dataset.role === arguments[0]", role);
    assertThat(browser.takeErrors()).allMatch(error -> error.contains("401"));
  }

  private static void signOut() throws IOException {
    browser.click("#leave");
    browser.await("the question for a token", "document.querySelector('#token')");
    assertThat(browser.takeErrors()).allMatch(error -> error.contains("401"));
  }

  private static List<String> texts(String selector) throws IOException {
    List<String> texts = new ArrayList<>();
    browser
        .script(
            "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)",
            selector)
        .forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** What a table says of somebody. */
  private static List<String> row(String table, String name) throws IOException {
    int place = texts(table + " tbody th").indexOf(name) + 1;
    return texts("%s tbody tr:nth-child(%d) > *".formatted(table, place));
  }

  @Test
  void showsOperatorsWhoUsedHowMuch_byWhateverTheyAsk() throws Exception {
    signIn(ann, "operate");
    browser.click("nav [data-view=usage]");
    browser.await("both people", NAMES + ".sort().join() === 'ann,bob'");
    browser.screenshot(SCREENSHOTS.resolve("usage.png"));
    assertThat(texts("#usage-rows thead th"))
        .startsWith("Token", "GPU time", "Useful", "Retried", "Audits", "Lost")
        .contains("Megapixels", "Waited");
    assertThat(row("#usage-rows", "bob").get(6)).isEqualTo("1");
    assertThat(row("#usage-rows", "bob").get(1)).contains("s").isNotEqualTo("–");
    assertThat(row("#usage-budgets", "bob")).contains("1h/day", "0%", "wait");

    browser.click("[data-by=day]");
    browser.await("one day", NAMES + ".length === 1 && location.hash.includes('by=day')");
    assertThat(texts("#usage-rows thead th")).startsWith("Day");

    browser.open(farm.url() + "/#/usage?by=token&since=2999-01-01");
    browser.await(
        "nobody", "document.querySelector('#usage-rows').textContent.includes('Nothing was used')");
    browser.open(farm.url() + "/#/usage?since=yesterday");
    browser.await(
        "a refusal",
        "document.querySelector('#usage-body .refusal').textContent.includes('must be a day')");
    assertThat(browser.takeErrors()).allMatch(error -> error.contains("400"));
    signOut();
  }

  @Test
  void showsOthersTheirOwn_andNothingToWhoeverMayOnlyLook() throws Exception {
    signIn(bob, "submit");
    browser.click("nav [data-view=usage]");
    browser.await("himself", NAMES + ".join() === 'bob'");
    assertThat(browser.text("#usage-body")).contains("your own jobs", "1h/day");
    signOut();

    signIn(eve, "view");
    assertThat(
            browser
                .script("return document.querySelector('nav [data-view=usage]').offsetParent")
                .isNull())
        .isTrue();
    signOut();
  }

  @Test
  void fitsANarrowScreen() throws Exception {
    signIn(ann, "operate");
    browser.resize(360, 740);
    try {
      browser.open(farm.url() + "/#/usage");
      browser.await("both people", NAMES + ".length === 2");

      browser.screenshot(SCREENSHOTS.resolve("usage-360.png"));
      assertThat(
              browser
                  .script("return document.documentElement.scrollWidth - window.innerWidth")
                  .asInt())
          .isLessThanOrEqualTo(0);
    } finally {
      browser.resize(1400, 900);
    }
    signOut();
  }
}
