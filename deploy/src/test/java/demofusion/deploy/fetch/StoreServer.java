package demofusion.deploy.fetch;

import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.budget.Accounts;
import demofusion.coordinator.dispatch.DispatchObserver;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.http.server.HttpServer;
import demofusion.coordinator.http.server.HttpSettings;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.coordinator.library.store.StoreLimits;
import demofusion.coordinator.library.store.StoreObserver;
import demofusion.coordinator.usage.UsageLedger;
import demofusion.deploy.client.CoordinatorAddress;
import demofusion.deploy.client.FarmAccess;
import demofusion.deploy.client.FarmClient;
import demofusion.protocol.Sha256;
import demofusion.protocol.api.NewStoredFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** A coordinator's API with a store, and nothing behind it. */
final class StoreServer implements AutoCloseable {
  private final ActorTestKit kit = ActorTestKit.create();
  final ModelStore store;
  final HttpServer http;

  /** Bytes that were sent to workers. */
  final AtomicLong served = new AtomicLong();

  StoreServer(Path folder) {
    Executor now = Runnable::run;
    store = ModelStore.open(folder, StoreLimits.STANDARD, now, InstantSource.system());
    store.observedBy(
        new StoreObserver() {
          @Override
          public void holds(LibraryKind kind, int files, long bytes) {}

          @Override
          public void received(long bytes) {}

          @Override
          public void served(long bytes) {
            served.addAndGet(bytes);
          }

          @Override
          public void refused() {}
        });
    http =
        HttpServer.start(
                kit.system(),
                new HttpSettings("127.0.0.1", 0, null, null, HttpLimits.standard(false)),
                kit.<Jobs.Command>createTestProbe().getRef(),
                kit.spawn(Dispatcher.create(1 << 20, DispatchObserver.NONE)),
                List.of(),
                store,
                AuditLog.open(folder.resolve("audit.jsonl"), InstantSource.system()),
                Accounts.without(
                    UsageLedger.open(
                        folder.resolve("usage"),
                        InstantSource.system(),
                        Runnable::run,
                        Runnable::run)))
            .toCompletableFuture()
            .join();
  }

  /** A client that says nothing, and waits some time. */
  static FarmClient client(String url) {
    return FarmClient.of(
        new FarmAccess(CoordinatorAddress.parse(url), null, null, Duration.ofSeconds(20)),
        sentence -> {});
  }

  /** The bytes of a LoRA, different for each seed. */
  static byte[] lora(int length, long seed) {
    return file("a.lora_up.weight", length, seed);
  }

  /** Bytes that are taken for a checkpoint's. */
  static byte[] checkpoint() {
    return file("model.diffusion_model.input_blocks.0.0.weight", 1000, 1);
  }

  private static byte[] file(String tensor, int length, long seed) {
    byte[] data = new byte[length];
    new Random(seed).nextBytes(data);
    byte[] header =
        "{\"%s\":{\"dtype\":\"U8\",\"shape\":[%s],\"data_offsets\":[0,%s]}}"
            .formatted(tensor, length, length)
            .getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + header.length + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  static NewStoredFile named(String name, byte[] bytes) {
    return new NewStoredFile(name, bytes.length, HexFormat.of().formatHex(Sha256.of(bytes)));
  }

  /** Puts a file there, past the API. */
  NewStoredFile add(String name, byte[] bytes) {
    NewStoredFile file = named(name, bytes);
    store.uploads().announce(file);
    try (var writer = store.uploads().write(file.hash(), 0)) {
      writer.append(ByteBuffer.wrap(bytes));
    }
    return file;
  }

  @Override
  public void close() {
    http.stop(Duration.ofSeconds(1)).toCompletableFuture().join();
    kit.shutdownTestKit();
  }
}
