package demofusion.coordinator.http.body;

import org.apache.pekko.http.javadsl.model.HttpResponse;

/** How a refusal is answered, so that the client at hand understands it. */
public interface Dialect {
  /** This API's own: {@code application/problem+json}. */
  Dialect OURS = Responses::problem;

  HttpResponse answer(ApiException refused);
}
