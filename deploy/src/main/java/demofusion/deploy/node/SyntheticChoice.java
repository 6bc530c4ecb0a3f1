package demofusion.deploy.node;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelGeometry;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.synthetic.FaultyModel;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A synthetic model as the command line describes it: {@code window=128,channels=4,factor=8} is its
 * geometry (the default is SDXL's), {@code millis=200} the time of a guided view, {@code lanes=1}
 * forwards at once, {@code views=16} what its memory holds; {@code slow=10} makes it as many times
 * slower, {@code nan-every=7} spoils every seventh forward, {@code flip-every=1000} turns one bit
 * of one number in every thousandth, {@code load-millis=5000} is how long it takes until it is
 * there.
 */
record SyntheticChoice(SyntheticSettings settings, int nanEvery, int flipEvery, Duration toLoad) {
  private static final int MOST = 1_000_000;

  static SyntheticChoice parse(String text) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    numbers.put("window", 128);
    numbers.put("channels", 4);
    numbers.put("factor", 8);
    numbers.put("millis", 0);
    numbers.put("lanes", 1);
    numbers.put("views", MOST);
    numbers.put("slow", 1);
    numbers.put("nan-every", 0);
    numbers.put("flip-every", 0);
    numbers.put("load-millis", 0);
    for (String entry : text.split(",", -1)) {
      String[] words = entry.strip().split("=", -1);
      if (words.length != 2
          || !numbers.containsKey(words[0])
          || !words[1].matches("\\d{1,6}")
          || entry.isBlank()) {
        throw DemofusionException.badRequest(
            "--synthetic \"%s\" must be NAME=NUMBER, where NAME is one of %s"
                .formatted(entry, String.join(", ", numbers.keySet())));
      }
      numbers.put(words[0], Integer.parseInt(words[1]));
    }
    return of(numbers);
  }

  private static SyntheticChoice of(Map<String, Integer> numbers) {
    ModelGeometry geometry =
        new ModelGeometry(get(numbers, "window"), get(numbers, "channels"), get(numbers, "factor"));
    SyntheticSettings settings =
        SyntheticSettings.of(geometry)
            .withTimePerView(
                Duration.ofMillis((long) get(numbers, "millis") * get(numbers, "slow")))
            .withMostViews(get(numbers, "views"))
            .withLanes(get(numbers, "lanes"));
    Duration toLoad = Duration.ofMillis(get(numbers, "load-millis"));
    return new SyntheticChoice(
        settings, get(numbers, "nan-every"), get(numbers, "flip-every"), toLoad);
  }

  private static int get(Map<String, Integer> numbers, String name) {
    return numbers.getOrDefault(name, 0);
  }

  DiffusionModel model() {
    try {
      Thread.sleep(toLoad.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    SyntheticModel model = new SyntheticModel(settings);
    return nanEvery == 0 && flipEvery == 0 ? model : new FaultyModel(model, nanEvery, flipEvery);
  }
}
