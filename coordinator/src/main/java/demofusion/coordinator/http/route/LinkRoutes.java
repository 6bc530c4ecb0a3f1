package demofusion.coordinator.http.route;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.QueryParameters;
import demofusion.coordinator.link.LinkFlow;
import demofusion.coordinator.link.WorkerLinks;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.http.javadsl.server.Route;

/** Where workers come in that can only dial out. */
public final class LinkRoutes {
  private static final String LINK = "link";
  private static final String IDS = "[A-Za-z0-9-]{8,64}";
  private static final Pattern ID = Pattern.compile(IDS);

  private final WorkerLinks links;

  public LinkRoutes(WorkerLinks links) {
    this.links = links;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/v1/work", Role.WORK, this::join)
            .recordedAs(AuditedAction.JOIN)
            .as(
                Operation.of("join", "workers", "Join as a worker, by a WebSocket.")
                    .detail(
                        "For demofusion worker --join; its subprotocol "
                            + LinkFlow.PROTOCOL
                            + " is the program's own, and changes with it. A worker that comes"
                            + " again by the same link is the same worker, and its newest"
                            + " connection counts.")
                    .query(
                        LINK,
                        "The worker's own, at random, for its life.",
                        "type: 'string', pattern: '^" + IDS + "$'")
                    .answers(101, "The worker is connected.")
                    .refuses(400, 426, 429)));
  }

  private Route join(Endpoint.Call call) {
    String link =
        QueryParameters.of(call.request(), LINK)
            .text(LINK)
            .filter(id -> ID.matcher(id).matches())
            .orElseThrow(
                () ->
                    ApiException.badRequest(
                        "a worker's link must be 8 to 64 letters, digits or dashes: ?link=…"));
    WebSocketUpgrade upgrade = upgrade(call.request());
    return completeWithFuture(
        links
            .admit(link, call.caller().name())
            .thenApply(flow -> upgrade.handleMessagesWith(flow, LinkFlow.PROTOCOL)));
  }

  private static WebSocketUpgrade upgrade(HttpRequest request) {
    return request
        .getAttribute(AttributeKeys.webSocketUpgrade)
        .filter(
            upgrade ->
                StreamSupport.stream(upgrade.getRequestedProtocols().spliterator(), false)
                    .anyMatch(LinkFlow.PROTOCOL::equals))
        .orElseThrow(
            () ->
                ApiException.with(
                    StatusCodes.UPGRADE_REQUIRED,
                    "workers join by a WebSocket with the subprotocol "
                        + LinkFlow.PROTOCOL
                        + "; a proxy before the coordinator must pass the Upgrade header on"));
  }
}
