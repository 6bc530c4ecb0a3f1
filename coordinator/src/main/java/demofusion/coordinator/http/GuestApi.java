package demofusion.coordinator.http;

import java.util.List;

/**
 * Another program's API, spoken by this server beside its own. Whoever composes the node says which
 * there are, so that this package need not know them.
 */
public interface GuestApi {
  /** What can be asked in it. */
  List<Endpoint> endpoints(ApiContext context);
}
