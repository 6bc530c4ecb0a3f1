package demofusion.coordinator.http.compat.openai;

import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.GuestApi;
import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.StoredFiles;
import demofusion.coordinator.http.auth.PictureLinks;
import demofusion.coordinator.http.compat.AdvertisedModels;
import demofusion.coordinator.http.compat.AdvertisedPresets;
import demofusion.coordinator.http.compat.PictureJobs;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenAI's API as far as it is about pictures: {@code /v1/images} and {@code /v1/models}. Its keys
 * are this farm's tokens. The addresses that it answers need none.
 */
public final class OpenAiApi implements GuestApi {
  private final PictureLinks links;

  public OpenAiApi(PictureLinks links) {
    this.links = links;
  }

  static Operation operation(String id, String summary) {
    return Operation.of(id, "openai", summary);
  }

  @Override
  public List<Endpoint> endpoints(ApiContext context) {
    AdvertisedModels models = new AdvertisedModels(context.farm());
    PictureJobs jobs = new PictureJobs(context.farm(), context.events());
    StoredFiles stored = new StoredFiles(context.farm(), context.streams(), context.files());
    PictureFileRoutes files = new PictureFileRoutes(stored, links);
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.addAll(
        new ImageRoutes(context, jobs, models, files, InstantSource.system()).endpoints());
    endpoints.addAll(new ModelRoutes(models, new AdvertisedPresets(context)).endpoints());
    endpoints.replaceAll(endpoint -> endpoint.in(OpenAiErrors.DIALECT));
    endpoints.add(files.endpoint());
    return endpoints;
  }
}
