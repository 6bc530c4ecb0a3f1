package demofusion.coordinator.http.server;

import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.handleExceptions;
import static org.apache.pekko.http.javadsl.server.Directives.handleRejections;
import static org.apache.pekko.http.javadsl.server.Directives.mapResponse;
import static org.apache.pekko.http.javadsl.server.Directives.withRequestTimeoutResponse;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.auditlog.AuditLog;
import demofusion.coordinator.auditlog.TokenChanges;
import demofusion.coordinator.budget.Accounts;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.http.GuestApi;
import demofusion.coordinator.http.JobEvents;
import demofusion.coordinator.http.OpenStreams;
import demofusion.coordinator.http.Router;
import demofusion.coordinator.http.StoredFiles;
import demofusion.coordinator.http.auditlog.RequestRecorder;
import demofusion.coordinator.http.auth.Authenticator;
import demofusion.coordinator.http.auth.LoginForm;
import demofusion.coordinator.http.auth.PersonSessions;
import demofusion.coordinator.http.auth.SignInOffer;
import demofusion.coordinator.http.auth.Tokens;
import demofusion.coordinator.http.body.Dialect;
import demofusion.coordinator.http.body.ErrorResponses;
import demofusion.coordinator.http.body.PekkoHttpSettings;
import demofusion.coordinator.http.body.RequestBodies;
import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.files.ModelFileRoutes;
import demofusion.coordinator.http.files.ModelTransfer;
import demofusion.coordinator.http.files.WorkFileRoutes;
import demofusion.coordinator.http.route.AuditLogRoutes;
import demofusion.coordinator.http.route.DocumentRoutes;
import demofusion.coordinator.http.route.EventRoutes;
import demofusion.coordinator.http.route.FileRoutes;
import demofusion.coordinator.http.route.HealthRoutes;
import demofusion.coordinator.http.route.JobRoutes;
import demofusion.coordinator.http.route.LinkRoutes;
import demofusion.coordinator.http.route.ModelSettingsRoutes;
import demofusion.coordinator.http.route.PageRoutes;
import demofusion.coordinator.http.route.PresetRoutes;
import demofusion.coordinator.http.route.RepairRoutes;
import demofusion.coordinator.http.route.SessionRoutes;
import demofusion.coordinator.http.route.SettingsRoutes;
import demofusion.coordinator.http.route.TilePyramids;
import demofusion.coordinator.http.route.TimelineRoutes;
import demofusion.coordinator.http.route.UsageRoutes;
import demofusion.coordinator.http.route.WorkerRoutes;
import demofusion.coordinator.http.route.ZoomRoutes;
import demofusion.coordinator.http.signin.OidcSettings;
import demofusion.coordinator.http.signin.SignIn;
import demofusion.coordinator.http.signin.SignInRoutes;
import demofusion.coordinator.http.signin.oidc.OidcProvider;
import demofusion.coordinator.job.Jobs;
import demofusion.coordinator.library.store.ModelStore;
import demofusion.coordinator.link.WorkerLinks;
import demofusion.coordinator.results.ResultFiles;
import demofusion.coordinator.store.JobFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.request.Seeds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API on a port: puts the routes together, and takes them down again. */
public final class HttpServer {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final ServerBinding binding;
  private final JobEvents events;
  private final OpenStreams streams;
  private final WorkerLinks links;
  private final boolean hasTls;

  private HttpServer(
      ServerBinding binding,
      JobEvents events,
      OpenStreams streams,
      WorkerLinks links,
      boolean hasTls) {
    this.binding = binding;
    this.events = events;
    this.streams = streams;
    this.links = links;
    this.hasTls = hasTls;
  }

  /**
   * Listens.
   *
   * @param guests other programs' APIs that are spoken beside this one's
   * @param store of the farm's model files
   * @param auditLog of what changes something
   * @param accounts who used how much, and may
   * @return fails with a {@link DemofusionException} if the tokens cannot be read, the host is not
   *     known, or nothing can listen there
   */
  public static CompletionStage<HttpServer> start(
      ActorSystem<?> system,
      HttpSettings settings,
      ActorRef<Jobs.Command> jobs,
      ActorRef<DispatcherCommand> dispatcher,
      List<GuestApi> guests,
      ModelStore store,
      AuditLog auditLog,
      Accounts accounts) {
    return start(
        system, settings, jobs, dispatcher, guests, store, auditLog, accounts, ResultFiles.HERE);
  }

  /**
   * The same with files of jobs that need not be here.
   *
   * @param results where they are
   */
  public static CompletionStage<HttpServer> start(
      ActorSystem<?> system,
      HttpSettings settings,
      ActorRef<Jobs.Command> jobs,
      ActorRef<DispatcherCommand> dispatcher,
      List<GuestApi> guests,
      ModelStore store,
      AuditLog auditLog,
      Accounts accounts,
      ResultFiles results) {
    CompletableFuture<HttpServer> started = new CompletableFuture<>();
    try {
      FarmGateway farm = new FarmGateway(system, jobs, dispatcher, settings.limits(), results);
      OpenStreams streams = new OpenStreams();
      JobEvents events = new JobEvents(farm, materializer(system));
      ApiContext context =
          new ApiContext(
              farm,
              bodies(system, settings),
              events,
              streams,
              files(system),
              CoordinatorThreads.history(system),
              settings.limits(),
              store,
              auditLog,
              accounts);
      PersonSessions people = new PersonSessions(InstantSource.system());
      Authenticator authenticator =
          authenticator(settings, people, files(system), auditLog, accounts);
      TilePyramids zooms =
          new TilePyramids(files(system), job -> farm.file(job, JobFolder.IMAGE), farm::measure);
      WorkerLinks links =
          WorkerLinks.open(
              system, dispatcher, settings.limits().workers(), settings.limits().largestMessage());
      ModelTransfer transfer =
          new ModelTransfer(
              store,
              context.bodies(),
              streams,
              CoordinatorThreads.library(system),
              materializer(system));
      List<Endpoint> endpoints = new ArrayList<>(endpoints(context, zooms, links, transfer));
      Optional<SignIn> signIn =
          Optional.ofNullable(settings.oidc()).map(provider -> signIn(system, provider, people));
      endpoints.addAll(pageEndpoints(authenticator, signIn, materializer(system)));
      guests.forEach(guest -> endpoints.addAll(guest.endpoints(context)));
      RequestRecorder recorder = new RequestRecorder(auditLog, files(system));
      bind(system, settings, new Router(endpoints, authenticator, settings.proxies(), recorder))
          .whenComplete(
              (binding, failure) -> {
                if (failure == null) {
                  binding.whenTerminated().thenRun(() -> signIn.ifPresent(SignIn::close));
                  cutAhead(system, farm, zooms);
                  started.complete(listening(settings, events, streams, links, binding));
                } else {
                  links.close();
                  signIn.ifPresent(SignIn::close);
                  started.completeExceptionally(refusal(settings, failure));
                }
              });
    } catch (DemofusionException e) {
      started.completeExceptionally(e);
    }
    return started;
  }

  /** Large pictures are cut into tiles as soon as they are there. */
  private static void cutAhead(ActorSystem<?> system, FarmGateway farm, TilePyramids zooms) {
    farm.tell(
        new Jobs.WatchFinished(
            system.systemActorOf(
                Behaviors.receiveMessage(
                    (JobView job) -> {
                      zooms.ahead(job, farm);
                      return Behaviors.same();
                    }),
                "zooms-" + UUID.randomUUID(),
                Props.empty())));
  }

  private static RequestBodies bodies(ActorSystem<?> system, HttpSettings settings) {
    return new RequestBodies(settings.limits(), materializer(system), files(system));
  }

  private static Materializer materializer(ActorSystem<?> system) {
    return SystemMaterializer.get(system).materializer();
  }

  private static Executor files(ActorSystem<?> system) {
    return CoordinatorThreads.files(system);
  }

  private static CompletionStage<ServerBinding> bind(
      ActorSystem<?> system, HttpSettings settings, Router router) {
    ConnectionWatch watch = new ConnectionWatch(settings.limits());
    ServerBuilder builder =
        Http.get(system)
            .newServerAt(settings.host(), settings.port())
            .withSettings(
                PekkoHttpSettings.of(system, settings.limits()).withSocketOptions(List.of(watch)));
    if (settings.tls() != null) {
      builder = builder.enableHttps(ConnectionContext.httpsServer(settings.tls()));
    }
    return builder
        .bind(
            watch.watching(
                new LingeringAnswers(materializer(system))
                    .of(WholeHeaders.reading(sealed(router.route()).handler(system)))))
        .whenComplete(
            (binding, failure) -> {
              if (binding != null) {
                Cancellable looks =
                    system
                        .scheduler()
                        .scheduleWithFixedDelay(
                            ConnectionWatch.LOOK,
                            ConnectionWatch.LOOK,
                            watch::look,
                            system.executionContext());
                binding.whenTerminated().whenComplete((done, ended) -> looks.cancel());
              }
            });
  }

  /** The table of everything that can be asked in this API. */
  public static List<Endpoint> endpoints(
      ApiContext context, TilePyramids zooms, WorkerLinks links, ModelTransfer transfer) {
    SecureRandom random = new SecureRandom();
    FarmGateway farm = context.farm();
    OpenStreams streams = context.streams();
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.addAll(new JobRoutes(farm, context.bodies(), () -> Seeds.random(random)).endpoints());
    endpoints.addAll(
        new EventRoutes(farm, context.events(), streams, context.limits().heartbeat()).endpoints());
    endpoints.addAll(new FileRoutes(new StoredFiles(farm, streams, context.files())).endpoints());
    endpoints.addAll(new TimelineRoutes(farm, streams, context.files()).endpoints());
    endpoints.addAll(new SettingsRoutes(farm, context.bodies(), context.files()).endpoints());
    endpoints.addAll(
        new RepairRoutes(farm, context.bodies(), context.files(), () -> Seeds.random(random))
            .endpoints());
    endpoints.addAll(new ZoomRoutes(farm, zooms, context.files()).endpoints());
    endpoints.addAll(new PresetRoutes(farm, context.bodies(), context.files()).endpoints());
    endpoints.addAll(new WorkerRoutes(farm).endpoints());
    endpoints.addAll(new ModelSettingsRoutes(farm, context.bodies()).endpoints());
    endpoints.addAll(new AuditLogRoutes(context.auditLog(), context.history()).endpoints());
    endpoints.addAll(new UsageRoutes(context.accounts(), context.history()).endpoints());
    endpoints.addAll(new LinkRoutes(links).endpoints());
    endpoints.addAll(new ModelFileRoutes(transfer, context.bodies()).endpoints());
    endpoints.addAll(new WorkFileRoutes(transfer, farm).endpoints());
    endpoints.addAll(new HealthRoutes(farm).endpoints());
    endpoints.addAll(new DocumentRoutes().endpoints());
    return endpoints;
  }

  /** What is for browsers only. */
  public static List<Endpoint> pageEndpoints(
      Authenticator authenticator, Optional<SignIn> signIn, Materializer materializer) {
    LoginForm form = new LoginForm(signIn.map(SignInOffer.class::cast).orElse(SignInOffer.NONE));
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.addAll(new PageRoutes(authenticator, form).endpoints());
    endpoints.addAll(new SessionRoutes(authenticator, signIn, form, materializer).endpoints());
    endpoints.addAll(new SignInRoutes(signIn, form).endpoints());
    return endpoints;
  }

  private static SignIn signIn(
      ActorSystem<?> system, OidcSettings settings, PersonSessions people) {
    OidcProvider provider = OidcProvider.start(settings, system, CoordinatorThreads.signIn(system));
    return new SignIn(settings, provider, people, InstantSource.system());
  }

  private static Authenticator authenticator(
      HttpSettings settings,
      PersonSessions people,
      Executor files,
      AuditLog auditLog,
      Accounts accounts) {
    @Nullable Tokens tokens =
        settings.tokens() == null ? null : Tokens.open(settings.tokens(), System::nanoTime);
    if (tokens != null) {
      tokens.watchedBy(
          new TokenChanges(auditLog.beside("tokens"), auditLog)
              .andThen(accounts.budgets().allowances()));
    }
    return new Authenticator(
        tokens, isLoopback(settings.host()), settings.proxies(), people, files);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new DemofusionException(
          FailureCode.BAD_REQUEST, "host " + host + " cannot be resolved on this machine", e);
    }
  }

  private static Route sealed(Route route) {
    return extractRequest(
        request -> {
          long began = System.nanoTime();
          return mapResponse(
              response -> finished(request, response, began),
              () ->
                  withRequestTimeoutResponse(
                      late ->
                          Responses.problem(
                              StatusCodes.SERVICE_UNAVAILABLE, "this took too long; retry later"),
                      () ->
                          handleRejections(
                              ErrorResponses.rejections(Dialect.OURS),
                              () ->
                                  handleExceptions(
                                      ErrorResponses.exceptions(Dialect.OURS), () -> route))));
        });
  }

  private static HttpResponse finished(HttpRequest request, HttpResponse response, long began) {
    LOG.debug(
        "event=request method={} path={} status={} millis={}",
        request.method().name(),
        request.getUri().asScala().path(),
        response.status().intValue(),
        Duration.ofNanos(System.nanoTime() - began).toMillis());
    return response.addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"));
  }

  private static HttpServer listening(
      HttpSettings settings,
      JobEvents events,
      OpenStreams streams,
      WorkerLinks links,
      ServerBinding binding) {
    HttpServer server = new HttpServer(binding, events, streams, links, settings.tls() != null);
    LOG.info(
        "event=http-ready address={} tokens={} connections={}",
        server.address(),
        settings.tokens() != null,
        settings.limits().connections());
    return server;
  }

  private static DemofusionException refusal(HttpSettings settings, Throwable failure) {
    return new DemofusionException(
        FailureCode.BAD_REQUEST,
        ("cannot listen at %s:%s: the port may be in use, or the address may belong to "
                + "another machine")
            .formatted(settings.host(), settings.port()),
        failure);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /** For clients on this machine. */
  public String url() {
    String host = address().getAddress().getHostAddress();
    String bracketed = host.contains(":") ? "[" + host + "]" : host;
    return (hasTls ? "https://" : "http://") + bracketed + ":" + address().getPort();
  }

  /**
   * Takes no more requests, ends the streams of events and the connections of workers, and lets the
   * others finish.
   *
   * @param patience for those
   */
  public CompletionStage<Done> stop(Duration patience) {
    events.shutdown();
    return binding
        .unbind()
        .thenCompose(unbound -> links.close())
        .thenCompose(closed -> streams.ended(patience))
        .thenCompose(ended -> binding.terminate(patience))
        .thenApply(terminated -> Done.done());
  }
}
