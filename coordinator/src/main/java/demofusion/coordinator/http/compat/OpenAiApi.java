package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.GuestApi;
import demofusion.coordinator.http.Premises;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * OpenAI's API as far as it is about pictures from words: {@code /v1/images/generations} and {@code
 * /v1/models}. Its keys are this farm's tokens.
 */
public final class OpenAiApi implements GuestApi {
  @Override
  public List<Endpoint> endpoints(Premises premises) {
    ServedModels models = new ServedModels(premises.farm());
    PictureJobs jobs = new PictureJobs(premises.farm(), premises.events());
    return Stream.concat(
            new ImageRoutes(premises, jobs, models, InstantSource.system()).endpoints().stream(),
            new ModelRoutes(models).endpoints().stream())
        .map(endpoint -> endpoint.in(OpenAiErrors.DIALECT))
        .toList();
  }
}
