package demofusion.deploy.farm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A real farm of one worker with the model that ships, and its page in a real browser. Tests that
 * want one are left out where there is no browser, and that is said.
 */
final class PageFarm implements AutoCloseable {
  /** Where pictures of the page lie, to be looked at. */
  static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private final FarmProcesses farm;
  private final FarmNode coordinator;
  private final FarmApi api;
  private final Browser browser;

  private PageFarm(FarmProcesses farm, FarmNode coordinator, FarmApi api, Browser browser) {
    this.farm = farm;
    this.coordinator = coordinator;
    this.api = api;
    this.browser = browser;
  }

  /**
   * @param name of the farm's files
   */
  static PageFarm start(Path folder, String name) throws Exception {
    boolean hasBrowser = Browser.driver().isPresent();
    if (!hasBrowser) {
      System.out.println(
          "the page's test "
              + name
              + " is left out: there is no chromedriver; install Debian's chromium and"
              + " chromium-driver");
    }
    assumeTrue(hasBrowser, "no chromedriver: install Debian's chromium and chromium-driver");
    FarmProcesses farm = new FarmProcesses(folder, name);
    try {
      return start(folder, farm);
    } catch (Exception | Error e) {
      farm.close();
      throw e;
    }
  }

  private static PageFarm start(Path folder, FarmProcesses farm) throws Exception {
    FarmNode coordinator = farm.coordinator();
    farm.start(
        "anna", List.of("worker", "--name", "anna", "--join", farm.address(), "--device", "cpu"));
    FarmApi api = farm.api();
    api.awaitWorker("anna", "ready");
    return new PageFarm(farm, coordinator, api, Browser.start(folder.resolve("profile")));
  }

  FarmProcesses farm() {
    return farm;
  }

  /** As it was started first. */
  FarmNode coordinator() {
    return coordinator;
  }

  FarmApi api() {
    return api;
  }

  Browser browser() {
    return browser;
  }

  /** Another address of the same page would only change what comes after the #. */
  void visit(String address) throws IOException {
    browser.open("about:blank");
    browser.open(farm.url() + "/" + address);
  }

  void awaitDone(String id) throws Exception {
    api.await(id, "is done", view -> view.path("state").asText().equals("done"));
  }

  @Override
  public void close() throws IOException {
    browser.close();
    farm.close();
  }
}
