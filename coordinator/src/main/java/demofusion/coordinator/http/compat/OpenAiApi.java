package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.GuestApi;
import demofusion.coordinator.http.Operation;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * OpenAI's API as far as it is about pictures from words: {@code /v1/images/generations} and {@code
 * /v1/models}. Its keys are this farm's tokens.
 */
public final class OpenAiApi implements GuestApi {
  static Operation operation(String id, String summary) {
    return Operation.of(id, "openai", summary);
  }

  @Override
  public List<Endpoint> endpoints(ApiContext context) {
    AdvertisedModels models = new AdvertisedModels(context.farm());
    PictureJobs jobs = new PictureJobs(context.farm(), context.events());
    return Stream.concat(
            new ImageRoutes(context, jobs, models, InstantSource.system()).endpoints().stream(),
            new ModelRoutes(models).endpoints().stream())
        .map(endpoint -> endpoint.in(OpenAiErrors.DIALECT))
        .toList();
  }
}
