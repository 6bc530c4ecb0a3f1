package demofusion.deploy.farm;

import com.sun.net.httpserver.HttpServer;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.worker.WorkObserver;
import demofusion.worker.WorkerMetrics;
import demofusion.worker.energy.Energy;
import demofusion.worker.energy.EnergySource;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import demofusion.worker.nvml.Gpu;
import demofusion.worker.nvml.ThrottleReason;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Stands in for two workers on equal GPUs: what {@link WorkerMetrics} shows of them, what a
 * coordinator counts of their work, and what dcgm-exporter would say of the same cards. With each
 * look they have drawn a little more.
 */
final class GpuExporter implements AutoCloseable {
  private static final double JOULES_EACH = 300;
  private static final int TILES_A_LOOK = 10;
  private static final Work TILE = new Work.DecodeLatent(Tensor.zeros(4, 8, 8), AssetId.NONE, 1);

  private final HttpServer server;
  private final CollectorRegistry registry = new CollectorRegistry();
  private final WorkerMetrics metrics = new WorkerMetrics(registry);
  private final Map<Card, WorkObserver> cards = new LinkedHashMap<>();
  private final StringBuilder counted = new StringBuilder();

  GpuExporter(String address) throws IOException {
    for (String name : new String[] {"card-a", "card-b"}) {
      Card card = new Card(name);
      cards.put(card, metrics.of(name, model(card)));
    }
    int colon = address.indexOf(':');
    server =
        HttpServer.create(
            new InetSocketAddress(
                address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
            0);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] text = text().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", TextFormat.CONTENT_TYPE_004);
          exchange.sendResponseHeaders(200, text.length);
          exchange.getResponseBody().write(text);
          exchange.close();
        });
    server.start();
  }

  /** From now on the second one is hot, slow, and has errors. */
  synchronized void getsIll() {
    cards.keySet().stream().skip(1).forEach(card -> card.isIll = true);
  }

  private synchronized String text() throws IOException {
    counted.setLength(0);
    family("demofusion_coordinator_device_seconds_total", "counter");
    cards.forEach(
        (card, observer) -> {
          observer.done(TILE, 1, 1);
          observer.took(new Energy(JOULES_EACH * TILES_A_LOOK, EnergySource.COUNTER));
          card.draw();
          count("demofusion_coordinator_device_seconds_total", card, card.seconds);
        });
    family("demofusion_coordinator_tiles_done_total", "counter");
    cards
        .keySet()
        .forEach(card -> count("demofusion_coordinator_tiles_done_total", card, card.tiles));
    for (String field : new String[] {"DCGM_FI_DEV_POWER_USAGE", "DCGM_FI_DEV_MEMORY_TEMP"}) {
      family(field, "gauge");
      cards.keySet().forEach(card -> tell(field, card));
    }
    metrics.refresh();
    StringWriter text = new StringWriter();
    TextFormat.write004(text, registry.metricFamilySamples());
    return text.append(counted).toString();
  }

  private void family(String name, String type) {
    counted.append("# HELP %s Of a stand-in.%n# TYPE %s %s%n".formatted(name, name, type));
  }

  private void count(String name, Card card, double value) {
    counted.append("%s{worker=\"%s\",kind=\"local\"} %s%n".formatted(name, card.worker, value));
  }

  private void tell(String field, Card card) {
    counted.append(
        "%s{gpu=\"0\",UUID=\"%s\",device=\"nvidia0\"} %s%n"
            .formatted(field, card.identity().uuid(), 84));
  }

  /** A model that runs on the card. */
  private static DiffusionModel model(Card card) {
    DiffusionModel model = new SyntheticModel(SyntheticSettings.of(new ModelGeometry(8, 4, 8)));
    return (DiffusionModel)
        Proxy.newProxyInstance(
            GpuExporter.class.getClassLoader(),
            new Class<?>[] {DiffusionModel.class},
            (proxy, method, arguments) -> {
              try {
                return method.getName().equals("gpu")
                    ? Optional.of(card)
                    : method.invoke(model, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static final class Card implements Gpu {
    private final String worker;
    private boolean isIll;
    private double seconds;
    private double tiles;

    Card(String worker) {
      this.worker = worker;
    }

    void draw() {
      tiles += TILES_A_LOOK;
      seconds += isIll ? 2 : 1;
    }

    @Override
    public Identity identity() {
      return new Identity("GPU-" + worker, "", "NVIDIA Stand-in", "580.95.05");
    }

    @Override
    public Optional<Reading> now() {
      Map<Quantity, Double> told = new LinkedHashMap<>();
      for (Quantity quantity : Quantity.values()) {
        told.put(quantity, 100.0);
      }
      told.put(Quantity.ENERGY, 1e6 + JOULES_EACH * tiles);
      told.put(Quantity.ECC_UNCORRECTED, isIll ? 1.0 : 0.0);
      Map<ThrottleReason, Boolean> throttled = new LinkedHashMap<>();
      for (ThrottleReason reason : ThrottleReason.values()) {
        throttled.put(
            reason,
            reason == ThrottleReason.POWER_CAP || (isIll && reason == ThrottleReason.HW_THERMAL));
      }
      return Optional.of(
          new Reading(told, throttled, OptionalInt.of(isIll ? 1 : 0), isIll ? 79 : 0));
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
