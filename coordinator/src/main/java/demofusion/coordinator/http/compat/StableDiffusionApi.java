package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.Endpoint;
import demofusion.coordinator.http.GuestApi;
import demofusion.coordinator.http.Operation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The API of AUTOMATIC1111's Stable Diffusion WebUI, {@code /sdapi/v1}, and of its extension
 * sd-webui-controlnet, {@code /controlnet}, as far as one picture from words or from a picture
 * goes. Names that mean nothing here are ignored, as there; values that would make another picture
 * than this farm draws (tiling, other scripts) are refused. A client that hangs up does not stop
 * its pictures, as there: {@code interrupt} does.
 */
public final class StableDiffusionApi implements GuestApi {
  static Operation operation(String id, String summary) {
    return Operation.of(id, "webui", summary);
  }

  @Override
  public List<Endpoint> endpoints(ApiContext context) {
    RequestsInFlight inFlight = new RequestsInFlight();
    AdvertisedModels models = new AdvertisedModels(context.farm());
    CallerOptions options = new CallerOptions();
    PictureJobs jobs = new PictureJobs(context.farm(), context.events());
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.addAll(new GenerationRoutes(context, jobs, inFlight, models, options).endpoints());
    endpoints.addAll(new ProgressRoutes(context, inFlight, InstantSource.system()).endpoints());
    endpoints.addAll(new OptionRoutes(context.bodies(), models, options).endpoints());
    endpoints.addAll(new CatalogueRoutes(models, new AdvertisedPresets(context)).endpoints());
    endpoints.addAll(new StoredFileRoutes(context).endpoints());
    endpoints.addAll(new ControlNetRoutes(context).endpoints());
    endpoints.addAll(new DetectRoutes(context).endpoints());
    endpoints.addAll(new PngInfoRoutes(context.bodies()).endpoints());
    endpoints.addAll(new GuestDocument().endpoints());
    return endpoints.stream().map(endpoint -> endpoint.in(WebUiErrors.DIALECT)).toList();
  }
}
